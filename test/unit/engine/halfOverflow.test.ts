/** A network whose numbers no half can hold. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine';
import { explainWhole } from '../../../src/engine/explanation';
import { tinyStudy, type TinyStudy } from './support/tinyStudy';

describe('a network whose numbers are too large for half precision', () => {
  let study: TinyStudy;
  const engine = new Engine();
  beforeAll(async () => {
    study = await tinyStudy();
    study.writeNetwork({ wide: true });
    // Pixels of up to a million.
    study.write({ network: { mean: [0, 0, 0], std: [1e-6, 1e-6, 1e-6] } });
  });
  afterAll(async () => {
    await engine.dispose();
    study.remove();
  });
  const explain = (precisionChoice: 'full' | 'half') => {
    const params = { study: { file: study.file }, image: study.image('red-green'), classes: null };
    const choices = { deviceChoice: 'cpu' as const, precisionChoice };
    return explainWhole(engine, { ...params, ...choices }, new AbortController().signal);
  };

  it('is explained in full precision, and refused in half with what to do', async () => {
    expect((await explain('full')).scales.length).toBeGreaterThan(0);
    await expect(explain('half')).rejects.toThrow(
      "The network's numbers are too large for half precision: choose full as `precision`",
    );
  });
});
