import { expect, it } from 'vitest';
import { dealt, ofShard, shardName, shardOfName } from '../../../src/engine/shard';

const ids = Array.from({ length: 5000 }, (_, i) => `2008_${String(i).padStart(6, '0')}`);
const share = (index: number, of: number) => ids.filter((id) => ofShard(id, { index, of }));

it('an image is of exactly one share, and of the same one whatever else is listed', () => {
  for (const of of [1, 2, 3, 7, 64]) {
    const shares = Array.from({ length: of }, (_, i) => share(i + 1, of));
    expect(shares.flat().sort()).toEqual(ids);
  }
  expect(ids.slice(100, 200).filter((id) => ofShard(id, { index: 2, of: 3 }))).toEqual(
    share(2, 3).filter((id) => ids.slice(100, 200).includes(id)),
  );
});

it('shares are of about the same size', () => {
  for (const of of [2, 3, 8, 50])
    for (let index = 1; index <= of; index++) {
      const mean = ids.length / of;
      expect(Math.abs(share(index, of).length - mean)).toBeLessThan(5 * Math.sqrt(mean));
    }
});

it('classes are dealt in turn', () => {
  expect(dealt([3, 4, 5, 6, 7], { index: 2, of: 3 })).toEqual([4, 7]);
  expect(dealt([3], { index: 2, of: 3 })).toEqual([]);
});

it('a file tells its share by its name', () => {
  expect(shardOfName(`score-${shardName({ index: 2, of: 13 })}.json`)).toEqual({ index: 2, of: 13 });
  expect(shardOfName('score-14-of-13.json')).toBeNull();
  expect(shardOfName('manifest.json')).toBeNull();
});
