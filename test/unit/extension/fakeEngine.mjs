/**
 * Stands in for dist/engine.cjs: speaks the protocol and does what the image of an `explain` request is called.
 * FAKE_HELLO: a version of the protocol to claim, or `exit` to end before the handshake, `silent` to say nothing.
 */
import { appendFileSync } from 'node:fs';

const hello = process.env['FAKE_HELLO'] ?? '1';
const diary = process.env['FAKE_DIARY'];
const cancelWaiting = new Map();

function note(text) {
  if (diary) appendFileSync(diary, `${text}\n`);
}

/** Keeps the process busy as native code does: no message is heard meanwhile. */
function block(milliseconds) {
  const end = Date.now() + milliseconds;
  while (Date.now() < end);
}

const timings = { decode: 1, resize: 1, network: 1, firstMap: 1, total: 3 };
const maps = {
  scale: 1,
  height: 1,
  width: 2,
  cam: new Float32Array([0.25, 1]),
  similarity: new Float32Array(0),
  fusion: null,
};

function explain(id, image) {
  const answer = () => process.send({ type: 'ok', id, value: { timings, notices: [] } });
  if (image === 'answer') {
    process.send({ type: 'event', id, event: { type: 'scale', maps } });
    answer();
  } else if (image === 'fail') {
    process.send({ type: 'failed', id, failure: { kind: 'input', message: 'No such image.', file: 'fail' } });
  } else if (image === 'crash') {
    console.error('a native library says goodbye');
    process.abort();
  } else if (image === 'block') {
    block(60_000);
  } else if (image === 'bad event') {
    process.send({ type: 'event', id, event: { type: 'scale', maps: 'none' } });
  } else if (image === 'bad answer') {
    process.send({ type: 'ok', id, value: { timings: null } });
  } else if (image === 'until cancelled') {
    cancelWaiting.set(id, () =>
      process.send({ type: 'failed', id, failure: { kind: 'cancelled', message: 'Cancelled.' } }),
    );
  }
}

process.on('message', (message) => {
  if (message.type === 'cancel') {
    cancelWaiting.get(message.id)?.();
    return;
  }
  note(`${message.method} ${message.params.image ?? ''}`.trim());
  if (message.method === 'hello') {
    if (hello === 'exit') {
      console.error('cannot load what I need');
      process.exit(3);
    }
    if (hello === 'silent') return;
    process.send({
      type: 'ok',
      id: message.id,
      value: { version: Number(hello), pid: process.pid, runtime: 'fake' },
    });
  } else if (message.method === 'explain') explain(message.id, message.params.image);
  else if (message.method === 'thumbnails') {
    if (message.params.size === 8) return;
    process.send({ type: 'ok', id: message.id, value: { crops: [new Uint8Array(4), null] } });
  }
});
process.on('disconnect', () => process.exit(0));
