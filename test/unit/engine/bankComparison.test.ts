/** Two banks on disk, compared. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeBank } from '../../../src/engine/bankFile';
import { compareBanks } from '../../../src/engine/gallery/bankComparison';
import type { Centre, CentreSet, PrototypeBank } from '../../../src/lpcam/bank';

let folder: string;
const { signal } = new AbortController();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpcam compare-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function centre(classIndex: number, set: CentreSet, vector: number[], scores: number[]): Centre {
  return {
    classIndex,
    set,
    vector: Float32Array.from(vector),
    scores: Float32Array.from(scores),
    size: 1,
    spread: null,
    mark: null,
    patches: [],
  };
}

async function bank(
  name: string,
  classes: string[],
  centres: Centre[],
  checkpointHash = 'aa',
): Promise<string> {
  const path = join(folder, name);
  const written: PrototypeBank = {
    classes,
    channels: centres[0]?.vector.length ?? 0,
    alreadyGated: false,
    centres,
    traces: [],
    provenance: {
      checkpointHash,
      checkpoint: 'res50_cam.pth',
      clustering: null,
      inference: null,
      device: 'cpu',
      writer: 'test',
      created: null,
    },
  };
  await writeBank(path, written);
  return path;
}

const compare = (first: string, second: string) => compareBanks({ first, second, study: null }, signal);
const boat = [0.95, 0.05];

describe('comparing two banks', () => {
  it('pairs within class and set, by class name and whatever the order', async () => {
    const first = await bank(
      'a.safetensors',
      ['boat', 'cat'],
      [
        centre(0, 'foreground', [1, 0, 0], boat),
        centre(0, 'foreground', [0, 2, 0], [0.5, 0.5]),
        centre(0, 'background', [0, 0, 1], [0.5, 0.5]),
        centre(1, 'foreground', [1, 0, 0], [0.02, 0.98]),
      ],
    );
    const second = await bank(
      'b.safetensors',
      ['dog', 'cat', 'boat'],
      [
        centre(2, 'foreground', [0, 5, 0], [0, 0, 0.99]),
        centre(2, 'foreground', [3, 4, 0], [0, 0, 0.98]),
        centre(1, 'foreground', [2, 0, 0], [0, 0.99, 0]),
        centre(0, 'foreground', [1, 0, 0], [1, 0, 0]),
      ],
    );
    const { pairs, ...facts } = await compare(first, second);
    expect(
      pairs.map((pair) => [
        pair.className,
        pair.set,
        pair.first && [pair.first.id, pair.first.fate],
        pair.second && [pair.second.id, pair.second.fate],
        pair.cosine,
      ]),
    ).toEqual([
      ['boat', 'foreground', [0, 'class'], [1, 'class'], Math.fround(0.6)],
      ['boat', 'foreground', [1, 'rejected'], [0, 'class'], 1],
      ['boat', 'background', [2, 'context'], null, null],
      ['cat', 'foreground', [3, 'class'], [2, 'class'], 1],
    ]);
    expect(facts.first.classesOfItsOwn).toEqual([]);
    expect(facts.second.classesOfItsOwn).toEqual(['dog']);
    expect(facts.notices).toEqual([]);
  });

  it('of different checkpoints says what a cosine is worth', async () => {
    const centres = [centre(0, 'foreground', [1, 0], boat)];
    const first = await bank('a.safetensors', ['boat', 'cat'], centres);
    const second = await bank('b.safetensors', ['boat', 'cat'], centres, 'bb');
    const { notices } = await compare(first, second);
    expect(notices.map(({ kind }) => kind)).toEqual(['bank-of-other-checkpoint']);
  });

  it('of different widths is refused, and names both', async () => {
    const first = await bank('a.safetensors', ['boat', 'cat'], [centre(0, 'foreground', [1, 0], boat)]);
    const second = await bank('b.safetensors', ['boat', 'cat'], [centre(0, 'foreground', [1, 0, 0], boat)]);
    await expect(compare(first, second)).rejects.toThrow(/a\.safetensors.* 2 channels.*b\.safetensors of 3/);
  });

  it('without a class in common, without p or without names is refused', async () => {
    const first = await bank('a.safetensors', ['boat', 'cat'], [centre(0, 'foreground', [1, 0], boat)]);
    const other = await bank('b.safetensors', ['dog', 'cow'], [centre(0, 'foreground', [1, 0], boat)]);
    await expect(compare(first, other)).rejects.toThrow(/no class name in common/);
    const unscored = await bank('c.safetensors', ['boat', 'cat'], [centre(0, 'foreground', [1, 0], [])]);
    await expect(compare(first, unscored)).rejects.toThrow(/c\.safetensors does not say the p/);
    const twins = await bank('d.safetensors', ['boat', 'boat'], [centre(0, 'foreground', [1, 0], boat)]);
    await expect(compare(first, twins)).rejects.toThrow(/several classes of one name/);
    await expect(compare('class_ceneters.pt', 'other.pt')).rejects.toThrow(/class names/);
    await expect(compare(first, join(folder, 'gone.safetensors'))).rejects.toThrow(/does not exist/);
  });
});
