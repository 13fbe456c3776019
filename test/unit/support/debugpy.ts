/** A Python program stopped in Debian's debugpy, spoken to as VS Code does: the debug adapter protocol over pipes. */
import { spawn, spawnSync } from 'node:child_process';
import * as z from 'zod';
import type { Evaluator, StoppedFrame } from '../../../src/extension/tensor/debugTensor';

const python = '/usr/bin/python3';

/** Whether a Python is here that has all these modules. */
export function pythonHas(...modules: string[]): boolean {
  return spawnSync(python, ['-c', `import ${modules.join(', ')}`]).status === 0;
}

const messageSchema = z.object({
  type: z.string(),
  event: z.string().optional(),
  request_seq: z.number().optional(),
  success: z.boolean().optional(),
  message: z.string().optional(),
  body: z.unknown().optional(),
});
type Message = z.infer<typeof messageSchema>;

const stoppedSchema = z.object({ threadId: z.number() });
const framesSchema = z.object({ stackFrames: z.array(z.object({ id: z.number() })).nonempty() });

/** Cuts the adapter's stream into its messages. */
class Messages {
  #pending = Buffer.alloc(0);

  take(chunk: Buffer): Message[] {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n\r\n/.exec(this.#pending.subarray(0, 64).toString('ascii'));
      if (!header) return messages;
      const end = header[0].length + Number(header[1]);
      if (this.#pending.length < end) return messages;
      messages.push(messageSchema.parse(JSON.parse(this.#pending.toString('utf8', header[0].length, end))));
      this.#pending = this.#pending.subarray(end);
    }
  }
}

export interface StoppedProgram {
  readonly frame: StoppedFrame;
  /** How many times the adapter was asked to evaluate something. */
  readonly evaluations: () => number;
  readonly end: () => void;
}

/**
 * Runs a program to its first `breakpoint()`.
 * @param program Python source
 */
export async function stoppedAt(program: string): Promise<StoppedProgram> {
  const adapter = spawn(python, ['-m', 'debugpy.adapter'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const messages = new Messages();
  const answers = new Map<number, (message: Message) => void>();
  const events = new Map<string, (body: unknown) => void>();
  let sent = 0;
  let evaluations = 0;
  adapter.stdout.on('data', (chunk: Buffer) => {
    for (const message of messages.take(chunk)) {
      if (message.type === 'response' && message.request_seq !== undefined)
        answers.get(message.request_seq)?.(message);
      else if (message.event !== undefined) events.get(message.event)?.(message.body);
    }
  });
  const event = (name: string) => new Promise((resolve) => events.set(name, resolve));
  const session: Evaluator = {
    customRequest: (command, args) =>
      new Promise((resolve, reject) => {
        if (command === 'evaluate') evaluations++;
        const seq = ++sent;
        answers.set(seq, ({ success, message, body }) => {
          answers.delete(seq);
          if (success === true) resolve(body);
          else reject(new Error(message ?? 'no reason given'));
        });
        const text = JSON.stringify({ seq, type: 'request', command, arguments: args });
        adapter.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
      }),
  };
  const initialized = event('initialized');
  const stopped = event('stopped');
  await session.customRequest('initialize', { adapterID: 'python', pathFormat: 'path' });
  const launched = session.customRequest('launch', {
    type: 'python',
    request: 'launch',
    console: 'internalConsole',
    python: [python],
    code: program,
    justMyCode: false,
  });
  await initialized;
  await session.customRequest('configurationDone');
  await launched;
  const { threadId } = stoppedSchema.parse(await stopped);
  const { stackFrames } = framesSchema.parse(await session.customRequest('stackTrace', { threadId }));
  return {
    frame: { session, frameId: stackFrames[0]?.id },
    evaluations: () => evaluations,
    end: () => adapter.kill('SIGKILL'),
  };
}
