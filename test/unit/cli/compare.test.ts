/** `lpcam compare`, as people run it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBoatBank } from '../../support/boatBank';
import { BuiltProgram } from './support/builtProgram';

let program: BuiltProgram;
let folder: string;
beforeAll(async () => {
  program = await BuiltProgram.build();
  folder = await mkdtemp(join(tmpdir(), 'lpcam compare-'));
});
afterAll(async () => {
  await program.remove();
  await rm(folder, { recursive: true, force: true });
});

function bank(name: string, vectors: readonly (readonly number[])[]): Promise<void> {
  return writeBoatBank(join(folder, name), vectors);
}

describe('comparing banks on the command line', () => {
  it('gives the same figures as a table and as JSON', async () => {
    await bank('a.safetensors', [
      [1, 0],
      [0, 1],
    ]);
    await bank('b.safetensors', [
      [5, 0],
      [3, 4],
      [1, 0.1],
    ]);
    const args = ['compare', 'a.safetensors', 'b.safetensors'];
    const text = await program.run(args, folder);
    expect(text.stderr).toBe('');
    expect(text.code).toBe(0);
    const [head, boat, all] = text.stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(head).toEqual(['class', 'matched', 'drifted', 'died', 'born', 'median cosine']);
    expect(boat).toEqual(['boat', '1', '1', '0', '1', '0.9000']);
    expect(all).toEqual(['all', '1', '1', '0', '1', '0.9000']);

    const json = await program.run([...args, '--json', '--matched', '0.7', '--drifted', '0.7'], folder);
    const result = JSON.parse(json.stdout) as { classes: unknown; pairs: { became: string }[] };
    expect(result.classes).toEqual([
      {
        className: 'boat',
        matched: 2,
        drifted: 0,
        died: 0,
        born: 1,
        medianCosine: expect.closeTo(0.9, 6) as number,
      },
    ]);
    expect(result.pairs.map(({ became }) => became)).toEqual(['matched', 'matched', 'apart']);
  });

  it('refuses bars the wrong way round and cosines that are none', async () => {
    const args = ['compare', 'a.safetensors', 'b.safetensors'];
    const turned = await program.run([...args, '--matched', '0.5'], folder);
    expect(turned.code).toBe(2);
    expect(turned.stderr).toContain('--drifted 0.8 is above --matched 0.5');
    const wrong = await program.run([...args, '--drifted', '2'], folder);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('Expected a cosine from -1 to 1');
  });
});
