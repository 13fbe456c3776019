import { describe, expect, it } from 'vitest';
import { ExactKeeper } from '../../../src/webview/imagePanel/exact/exactKeeper';
import {
  fromWorkerSchema,
  toWorkerSchema,
  type FromWorker,
  type LinkListener,
  type ToWorker,
} from '../../../src/webview/imagePanel/exact/messages';
import { Workshop } from '../../../src/webview/imagePanel/exact/workshop';
import { seedFigures, iouCurve } from '../../../src/webview/imagePanel/model/figures';
import { layerOf } from '../../../src/webview/imagePanel/model/layer';
import { layerRasters } from '../../../src/webview/shared/picture/layerRaster';
import { outlineNamed } from '../../../src/webview/imagePanel/model/outline';
import { labelShares } from '../../../src/webview/shared/picture/labelShares';
import type { Scene } from '../../../src/webview/imagePanel/model/scene';
import type { ViewState } from '../../../src/webview/imagePanel/model/viewState';
import { syntheticHeader } from './syntheticExplanation';
import { testScene } from './testScene';

/** A picture that remembers its pixels and whether it was given back. */
class FakeBitmap {
  closed = false;
  constructor(
    readonly pixels: Uint8ClampedArray,
    readonly width: number,
    readonly height: number,
  ) {}
  close(): void {
    this.closed = true;
  }
}

/** A worker that answers when it is told to, in the order it was asked, through the real messages. */
class FakeWorker {
  readonly asked: Extract<ToWorker, { type: 'ask' }>[] = [];
  readonly bitmaps: FakeBitmap[] = [];
  readonly #answers: FromWorker[] = [];
  readonly #workshop = new Workshop(
    (message) => this.#answers.push(message),
    (pixels, width, height) => {
      const bitmap = new FakeBitmap(pixels, width, height);
      this.bitmaps.push(bitmap);
      return Promise.resolve(bitmap);
    },
  );
  #work: Promise<void> = Promise.resolve();
  opened = 0;

  constructor(readonly listener: LinkListener) {}

  readonly post = (message: ToWorker): void => {
    const valid = toWorkerSchema.parse(message);
    if (valid.type === 'ask') this.asked.push(valid);
    if (valid.type === 'open') this.opened++;
    this.#work = this.#work.then(() => this.#workshop.receive(valid));
  };

  closed = false;
  readonly close = (): void => {
    this.closed = true;
  };

  /** Delivers the next answer; false when nothing is asked for. */
  async answer(): Promise<boolean> {
    await this.#work;
    const [next] = this.#answers.splice(0, 1);
    if (next) this.listener.answer(fromWorkerSchema.parse(next));
    return next !== undefined;
  }

  async answerAll(): Promise<void> {
    while (await this.answer());
  }
}

function panel() {
  const workers: FakeWorker[] = [];
  const connect = (listener: LinkListener) => {
    const worker = new FakeWorker(listener);
    workers.push(worker);
    return worker;
  };
  const faults: string[] = [];
  const arrivals = { count: 0 };
  const keeper = new ExactKeeper(
    connect,
    connect,
    () => arrivals.count++,
    (message) => faults.push(message),
  );
  return {
    keeper,
    faults,
    arrivals,
    get worker() {
      const worker = workers.at(-1);
      if (!worker) throw new Error('no worker was started');
      return worker;
    },
    workers,
  };
}

const header = syntheticHeader();
/** Scenes of one image, as the panel has them of a large one. */
const reduced = (view: Partial<ViewState> = {}) => testScene(view, { header, size: 'strided' });
const full = (view: Partial<ViewState> = {}) => testScene(view, { header });

describe('The worker', () => {
  it('makes figures, curves, layers and outlines as they are made for an ordinary image', async () => {
    const { keeper, worker } = await settled(reduced());
    const exact = keeper.of(reduced(), ['cam', 'lpcam']);
    expect(exact.pending).toBe(false);
    for (const source of ['lpcam', 'cam'] as const) {
      expect(exact.figures.bySource.get(source)).toEqual(seedFigures(full(), source));
      const labels = header.mask?.labels ?? new Uint8Array();
      expect(exact.figures.curves.get(source)).toEqual(iouCurve(full(), source, labels));
      expect(exact.outline(source)).toEqual(outlineNamed(full(), source));
    }
    expect(exact.figures.stale).toBe(false);
    for (const view of ['cam', 'lpcam'] as const) {
      const [raster] = layerRasters(layerOf(full(), view));
      const pixels = new Uint8ClampedArray(320 * 236 * 4);
      raster?.fill(pixels);
      const layer = exact.layer(view);
      const drawn = layer?.kind === 'heat' && 'main' in layer.source ? layer.source.main : null;
      expect((drawn as FakeBitmap | null)?.pixels).toEqual(pixels);
    }
    expect(worker.bitmaps).toHaveLength(2);
  });

  it('counts the pixels of a seed and of what context took away, of images of every size', async () => {
    const views = ['seed', 'suppression'] as const;
    for (const scene of [reduced(), full()]) {
      const made = panel();
      const { keeper } = made;
      expect(keeper.of(scene, views).tally('seed')).toBeNull();
      await made.worker.answerAll();
      const known = keeper.of(scene, views);
      const seed = full().seed('lpcam');
      const shares = labelShares(seed);
      expect(known.tally('seed')).toEqual({ tally: { kind: 'labels', shares }, stale: false });
      const { counts } = full().suppression();
      expect(known.tally('suppression')).toEqual({ tally: { kind: 'suppression', counts }, stale: false });
      const moved = testScene({ threshold: 0.7 }, { header, size: scene.size });
      expect(keeper.of(moved, views).tally('suppression')).toEqual({
        tally: { kind: 'suppression', counts },
        stale: true,
      });
    }
  });

  it('makes no pictures of an ordinary image: the page draws them', async () => {
    const made = panel();
    made.keeper.of(full(), ['cam', 'lpcam']);
    const { worker } = made;
    await worker.answerAll();
    expect(worker.asked.map(({ part }) => part.kind)).toEqual(['figures', 'figures', 'curve', 'curve']);
    expect(worker.bitmaps).toEqual([]);
  });

  it('follows the rule of a system, or leaves it out, in layers, figures and single pixels', async () => {
    const fused = { ...syntheticHeader({ fusion: { rule: 'v2', refined: true } }), mask: header.mask };
    const drawn: unknown[] = [];
    for (const plain of [false, true]) {
      const small = testScene({ plain }, { header: fused, scales: [1, 0.5], size: 'strided' });
      const whole = testScene({ plain }, { header: fused, scales: [1, 0.5] });
      const { keeper } = await settled(small);
      const exact = keeper.of(small, ['cam', 'lpcam']);
      for (const source of ['lpcam', 'cam'] as const) {
        expect(exact.figures.bySource.get(source)).toEqual(seedFigures(whole, source));
        drawn.push(seedFigures(whole, source).pixels);
      }
    }
    expect(new Set(drawn).size).toBe(4);
  });

  it('says why a mask cannot be scored', async () => {
    const mask = { path: '/masks/a.png', labels: new Uint8Array(320 * 236).fill(19) };
    const scene = testScene({}, { header: { ...header, mask }, size: 'strided' });
    const { keeper } = await settled(scene);
    expect(keeper.of(scene, ['cam', 'lpcam']).figures.fault).toMatch(/a\.png.*label 19/);
  });
});

async function settled(scene: Scene) {
  const made = panel();
  made.keeper.of(scene, ['cam', 'lpcam']);
  await made.worker.answerAll();
  return made;
}

describe('Stepping the threshold of a large image', () => {
  it('shows the old figures as stale until the new ones are there', async () => {
    const { keeper, worker } = await settled(reduced());
    const before = keeper.of(reduced(), ['cam', 'lpcam']).figures.bySource.get('lpcam');
    const during = keeper.of(reduced({ threshold: 0.5 }), ['cam', 'lpcam']);
    expect([during.pending, during.figures.stale, during.figures.bySource.get('lpcam')]).toEqual([
      true,
      true,
      before,
    ]);
    await worker.answerAll();
    const after = keeper.of(reduced({ threshold: 0.5 }), ['cam', 'lpcam']);
    expect(after.figures.bySource.get('lpcam')).toEqual(seedFigures(full({ threshold: 0.5 }), 'lpcam'));
    expect([after.pending, after.figures.stale]).toEqual([false, false]);
  });

  it('asks for one part at a time, figures first, and never for thresholds that were passed over', async () => {
    const { keeper, worker } = await settled(reduced());
    const from = worker.asked.length;
    for (const threshold of [0.4, 0.5, 0.6]) keeper.of(reduced({ threshold }), ['cam', 'lpcam']);
    await worker.answerAll();
    const asked = worker.asked.slice(from).map(({ part, view }) => [part.kind, view.threshold]);
    // The first step's was being made already; nobody has asked for the second.
    expect(asked).toEqual([
      ['figures', 0.4],
      ['figures', 0.6],
      ['figures', 0.6],
      ['outline', 0.6],
      ['outline', 0.6],
    ]);
  });

  it('drops the answer to a threshold that was left', async () => {
    const { keeper, worker, arrivals } = await settled(reduced());
    const count = arrivals.count;
    keeper.of(reduced({ threshold: 0.4 }), ['cam', 'lpcam']);
    keeper.of(reduced({ threshold: 0.6 }), ['cam', 'lpcam']);
    await worker.answer();
    expect(arrivals.count).toBe(count);
    expect(keeper.of(reduced({ threshold: 0.6 }), ['cam', 'lpcam']).figures.stale).toBe(true);
  });

  it('keeps heat maps, which do not depend on it', async () => {
    const { keeper, worker } = await settled(reduced());
    const layer = keeper.of(reduced(), ['cam', 'lpcam']).layer('lpcam');
    const during = keeper.of(reduced({ threshold: 0.4 }), ['cam', 'lpcam']);
    keeper.sweep();
    expect(during.layer('lpcam')).toBe(layer);
    expect(worker.bitmaps.some(({ closed }) => closed)).toBe(false);
  });
});

describe('Pictures of a large image', () => {
  it('are given back once they are off the stage', async () => {
    const { keeper, worker } = await settled(reduced());
    keeper.of(reduced({ switches: { 24: false } }), ['cam', 'lpcam']);
    keeper.sweep();
    expect(worker.bitmaps.map(({ closed }) => closed)).toEqual([false, true]);
    keeper.clear();
    expect(worker.closed).toBe(true);
    expect(worker.bitmaps.map(({ closed }) => closed)).toEqual([true, true]);
  });

  it('are given back at once when they come too late', async () => {
    const { keeper, worker } = await settled(reduced());
    keeper.of(reduced({ colourMap: 'grey' }), ['cam', 'lpcam']);
    keeper.of(reduced(), ['cam', 'lpcam']);
    await worker.answer();
    expect(worker.bitmaps.map(({ closed }) => closed)).toEqual([false, false, true]);
  });

  it('of another image are never taken for this one’s', async () => {
    const made = panel();
    made.keeper.of(reduced(), ['lpcam']);
    const other = testScene({}, { header: syntheticHeader({ mask: false }), size: 'strided' });
    made.keeper.of(other, ['lpcam']);
    await made.worker.answerAll();
    expect(made.worker.opened).toBe(2);
    expect(made.keeper.of(other, ['lpcam']).figures.bySource.get('lpcam')?.counts).toBeNull();
    expect(made.faults).toEqual([]);
  });
});

describe('A panel that another tab hides', () => {
  it('ends its worker, keeps what it knows, and asks another one when a threshold is moved', async () => {
    const made = await settled(reduced());
    const before = made.keeper.of(reduced(), ['cam', 'lpcam']);
    expect(made.keeper.rest()).toBe(false);
    expect(made.worker.closed).toBe(true);
    const after = made.keeper.of(reduced(), ['cam', 'lpcam']);
    expect([made.workers.length, after.pending, after.figures]).toEqual([1, false, before.figures]);
    expect(after.layer('lpcam')).toBe(before.layer('lpcam'));

    made.keeper.of(reduced({ threshold: 0.5 }), ['cam', 'lpcam']);
    await made.worker.answerAll();
    expect([made.workers.length, made.worker.opened]).toEqual([2, 1]);
    const moved = made.keeper.of(reduced({ threshold: 0.5 }), ['cam', 'lpcam']);
    expect(moved.figures.bySource.get('lpcam')).toEqual(seedFigures(full({ threshold: 0.5 }), 'lpcam'));
    expect([moved.pending, made.faults]).toEqual([false, []]);
  });

  it('says that the worker was at it, so that it is asked again', async () => {
    const made = panel();
    made.keeper.of(reduced(), ['lpcam']);
    expect(made.keeper.rest()).toBe(true);
    made.keeper.of(reduced(), ['lpcam']);
    await made.worker.answerAll();
    expect(made.keeper.of(reduced(), ['lpcam']).pending).toBe(false);
  });

  it('meets another image with one worker, told of it alone', async () => {
    const made = await settled(reduced());
    made.keeper.rest();
    const other = testScene({}, { header: syntheticHeader({ mask: false }), size: 'strided' });
    made.keeper.of(other, ['lpcam']);
    await made.worker.answerAll();
    expect([made.workers.length, made.worker.opened]).toEqual([2, 1]);
    expect(made.keeper.of(other, ['lpcam']).pending).toBe(false);
  });
});

describe('A worker that cannot be had', () => {
  it('is reported, and the page makes everything itself', async () => {
    const made = panel();
    made.keeper.of(reduced(), ['lpcam']);
    made.worker.listener.fail('refused');
    expect(made.faults).toEqual([expect.stringMatching(/refused/)]);
    made.keeper.of(reduced(), ['lpcam']);
    await made.worker.answerAll();
    expect(made.workers).toHaveLength(2);
    expect(made.keeper.of(reduced(), ['lpcam']).pending).toBe(false);
  });

  it('is not asked again for a part that it cannot make', () => {
    const made = panel();
    made.keeper.of(reduced(), ['lpcam']);
    const [first] = made.worker.asked;
    made.worker.listener.answer({ type: 'fault', key: first?.key ?? '', message: 'out of memory' });
    made.keeper.of(reduced(), ['lpcam']);
    const again = made.worker.asked.slice(1).filter(({ key }) => key === first?.key);
    expect([made.faults, again]).toEqual([['out of memory'], []]);
  });
});
