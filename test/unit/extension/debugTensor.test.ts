import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchTensor, frameTexts, type Fetched } from '../../../src/extension/tensor/debugTensor';
import { readNpy } from '../../../src/formats/npy';
import { pythonHas, stoppedAt, type StoppedProgram } from '../support/debugpy';

const program = `
import numpy as np, torch
calls = []
def once():
    calls.append(1)
    return np.arange(6, dtype=np.float32).reshape(2, 3)
def step():
    img_name = '2007_000032'
    names = ['2007_000033']
    cam = np.arange(3 * 500 * 375, dtype=np.float64).reshape(3, 500, 375) / 7
    turned = np.arange(12, dtype='>i4').reshape(3, 4).T
    half = torch.arange(2 * 4 * 5).reshape(1, 2, 4, 5).to(torch.bfloat16) / 8
    learnt = torch.arange(6.0).reshape(2, 3).requires_grad_()
    seen = np.eye(3, dtype=bool)
    label = np.zeros((2, 2), dtype=object)
    batch = np.zeros((2, 3, 4, 5))
    huge = np.broadcast_to(np.float32(0), (1000, 1000, 1000))
    nothing = np.zeros((0, 5))
    row = np.zeros(5)
    breakpoint()
    return cam, turned, half, learnt, seen, label, batch, huge, nothing, row
step()
`;

const signal = new AbortController().signal;

function arrayOf(fetched: Fetched) {
  if (!fetched.ok) throw new Error(fetched.reason);
  return readNpy(fetched.value.npy, 'fetched.npy');
}

describe.skipIf(!pythonHas('debugpy', 'numpy', 'torch'))('A Python program stopped in debugpy', () => {
  let stopped: StoppedProgram;
  const fetch = (expression: string) =>
    fetchTensor(stopped.frame, expression, { signal, onProgress: () => {} });

  beforeAll(async () => {
    stopped = await stoppedAt(program);
  }, 60_000);
  afterAll(() => stopped.end());

  it('gives a large array away in several chunks, every value as it is', async () => {
    const steps: number[] = [];
    const before = stopped.evaluations();
    const fetched = await fetchTensor(stopped.frame, 'cam', {
      signal,
      onProgress: (done) => steps.push(done),
    });
    const { dtype, shape, data } = arrayOf(fetched);
    expect({ dtype, shape }).toEqual({ dtype: 'float64', shape: [3, 500, 375] });
    expect(data.every((value, place) => value === place / 7)).toBe(true);
    expect(steps.length).toBeGreaterThan(2);
    expect(steps.at(-1)).toBe(3 * 500 * 375);
    // Held, described, released, and one for each chunk.
    expect(stopped.evaluations() - before).toBe(steps.length + 3);
  });

  it('gives strided, big-endian, boolean, bfloat16 and learnt values in row-major order', async () => {
    const turned = arrayOf(await fetch('turned'));
    expect(turned.shape).toEqual([4, 3]);
    expect([...turned.data]).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    const half = arrayOf(await fetch('half'));
    expect({ dtype: half.dtype, shape: half.shape }).toEqual({ dtype: 'float32', shape: [2, 4, 5] });
    expect([...half.data]).toEqual(Array.from({ length: 40 }, (_, place) => place / 8));
    expect([...arrayOf(await fetch('learnt')).data]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...arrayOf(await fetch('seen')).data].map(Number)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });

  it('evaluates what was asked for once, and keeps nothing of it', async () => {
    expect([...arrayOf(await fetch('once()')).data]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...arrayOf(await fetch('torch.zeros(2, 3) + len(calls)')).data]).toEqual([1, 1, 1, 1, 1, 1]);
    const left = arrayOf(await fetch("np.zeros((2, 2)) + len(__import__('sys')._lpcam_held)"));
    // Only the question itself is held while it is asked: it is counted before it is.
    expect([...left.data]).toEqual([0, 0, 0, 0]);
  });

  it.each([
    ['img_name', 'img_name is a builtins.str. A NumPy array or a torch tensor can be viewed.'],
    ['label', 'label holds object values; real numbers or truth values can be viewed.'],
    ['row', 'row has the shape (5). Two axes (height, width) or three (maps, height, width) can be viewed.'],
    [
      'batch',
      'batch has the shape (2, 3, 4, 5). Two axes (height, width) or three (maps, height, width) can be viewed: try batch[0].',
    ],
    ['nothing', 'nothing is empty: its shape is (0, 5).'],
    [
      'huge',
      'huge of shape (1000, 1000, 1000) takes 3815 MB, more than the 256 MB that are brought over. View a part of it, such as huge[0].',
    ],
  ])('says of %s why it cannot be viewed', async (expression, reason) => {
    expect(await fetch(expression)).toEqual({ ok: false, reason });
  });

  it.each(['missing', 'cam[', '1/0', 'import os'])('says what Python makes of %s', async (expression) => {
    const fetched = await fetch(expression);
    expect(fetched.ok ? 'fetched' : fetched.reason).toMatch(/^Python could not give .* away: /);
  });

  it('stops between chunks when it is cancelled', async () => {
    const cancel = new AbortController();
    const before = stopped.evaluations();
    const fetching = fetchTensor(stopped.frame, 'cam', {
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    });
    await expect(fetching).rejects.toThrow('aborted');
    expect(stopped.evaluations() - before).toBe(4);
  });

  it('tells the names among the variables, which may be the image’s', async () => {
    expect(await frameTexts(stopped.frame)).toEqual(['2007_000032', '2007_000033']);
  });
});

describe('An adapter that cuts long answers', () => {
  /** Answers as an adapter does whose texts have at most so many characters. */
  const cutting = (most: number) => {
    const values = new Uint8Array(new Float32Array(3000).map((_, place) => place).buffer);
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
    const description = JSON.stringify({
      library: 'numpy',
      dtype: 'float32',
      device: null,
      shape: [30, 100],
      header: '',
      bytesPerValue: 4,
    });
    return {
      customRequest: (_: string, args: unknown): Promise<unknown> => {
        const expression = String(Reflect.get(Object(args), 'expression'));
        const range = /v\.flat\[(\d+):(\d+)\]/.exec(expression);
        let result = 'None';
        if (range) result = base64(values.subarray(Number(range[1]) * 4, Number(range[2]) * 4));
        else if (expression.includes('bytesPerValue'))
          return Promise.resolve({ result: `'${base64(Buffer.from(description))}'` });
        if (result.length > most) result = `${result.slice(0, most / 2)}...${result.slice(-most / 2)}`;
        return Promise.resolve({ result: `'${result}'` });
      },
    };
  };

  it('is asked for shorter ones', async () => {
    const fetched = await fetchTensor({ session: cutting(4000), frameId: 1 }, 'cam', {
      signal,
      onProgress: () => {},
    });
    if (!fetched.ok) throw new Error(fetched.reason);
    expect([...new Float32Array(fetched.value.npy.buffer)].every((value, place) => value === place)).toBe(
      true,
    );
    expect(fetched.value.npy.length).toBe(12_000);
  });

  it('is given up when it cuts everything', async () => {
    const fetched = await fetchTensor({ session: cutting(20), frameId: 1 }, 'cam', {
      signal,
      onProgress: () => {},
    });
    expect(fetched).toEqual({
      ok: false,
      reason:
        'Python could not give cam away: The debug adapter cuts even short answers, so no tensor can be read.',
    });
  });
});
