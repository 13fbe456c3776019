/** The timeline of a training: two checkpoints of the demo on a few of its images. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../../src/engine/engine';
import { evaluateSeeds } from '../../../../src/engine/evaluate';
import { explainWhole } from '../../../../src/engine/explanation';
import { CheckpointsOnDisk } from '../../../../src/engine/follow/checkpointsOnDisk';
import { makeSeeds } from '../../../../src/engine/seeds/seedsJob';
import { Timelines } from '../../../../src/engine/timeline/openTimeline';
import type { EngineEvent } from '../../../../src/protocol/engine';
import type { Probe, Timeline } from '../../../../src/protocol/timeline';
import { root } from '../../cli/support/builtProgram';

const demo = join(root, 'demo');
const labels = JSON.parse(readFileSync(join(demo, 'labels.json'), 'utf8')) as Record<string, string[]>;
const ids = Object.keys(labels).slice(0, 5);
const classNames = readFileSync(join(demo, 'classes.txt'), 'utf8').trim().split('\n');
const probe: Probe = { list: null, images: 3 };
const { signal } = new AbortController();

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const reference = () => ({ file: at('lpcam.json') });
let engine: Engine;

function writeStudy(changes: object = {}): void {
  const study = {
    checkpoint: 'none.onnx',
    follow: 'checkpoints/epoch_*',
    classes: join(demo, 'classes.txt'),
    dataset: {
      images: join(demo, 'JPEGImages'),
      list: 'list.txt',
      labels: join(demo, 'labels.json'),
      masks: join(demo, 'SegmentationClass'),
    },
    // The demo's weights belong to a network of its own.
    network: { graph: join(demo, 'checkpoints/demo_cam.onnx') },
    clustering: { k: 3, maxIterations: 20 },
    inference: { scales: [1, 0.5], mirror: true },
    device: 'cpu',
    ...changes,
  };
  writeFileSync(at('lpcam.json'), JSON.stringify(study));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lpcam-timeline-'));
  mkdirSync(at('checkpoints'));
  writeFileSync(at('list.txt'), `${ids.join('\n')}\n`);
  writeStudy();
  copyFileSync(join(demo, 'checkpoints/demo_cam.onnx'), at('checkpoints/epoch_2.onnx'));
  copyFileSync(join(demo, 'checkpoints/demo_cam.pth'), at('checkpoints/epoch_10.pth'));
  engine = new Engine();
});
afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

const open = async (wanted = probe): Promise<Timeline> =>
  (await new Timelines(new CheckpointsOnDisk()).open({ study: reference(), probe: wanted }, signal)).timeline;
const compute = (
  emit: (event: EngineEvent<'computeTimeline'>) => void = () => undefined,
  cancel: AbortSignal = signal,
) =>
  engine.clustering.computeTimeline(
    { study: reference(), probe, only: null, deviceChoice: null },
    emit,
    cancel,
  );
const names = ({ entries }: Timeline) => entries.map(({ path }) => path.split('/').at(-1));

describe('the timeline', () => {
  it('begins with what lies on disk, in the order of the numbers, and says what it is tried on', async () => {
    const timeline = await open();
    expect(names(timeline)).toEqual(['epoch_2.onnx', 'epoch_10.pth']);
    expect(timeline.entries.map(({ number, point, onDisk }) => [number, point, onDisk])).toEqual([
      [2, null, true],
      [10, null, true],
    ]);
    expect(timeline.probe).toMatchObject({ images: ids.slice(0, 3), listed: 5, masked: 3 });
    const shown = new Set(ids.slice(0, 3).flatMap((id) => labels[id] ?? []));
    expect(timeline.probe.without).toEqual(classNames.filter((name) => !shown.has(name)));
  });

  it('keeps what a cancelled run had finished, and goes on from there', async () => {
    const abort = new AbortController();
    const stages: string[] = [];
    const run = compute((event) => {
      if (event.type === 'progress') stages.push(event.progress.stage);
      else abort.abort();
    }, abort.signal);
    await expect(run).rejects.toThrow();
    expect(stages[0]).toBe('epoch_10.pth (1 of 2): Reading the checkpoint');
    // The newest comes first; both are of one time here, so the higher number.
    expect((await open()).entries.map(({ point }) => point !== null)).toEqual([false, true]);
    expect(await compute()).toEqual({ computed: 1, failed: [] });
    expect(await compute()).toEqual({ computed: 0, failed: [] });
    expect(
      readdirSync(at('.lpcam/timeline'))
        .map((name) => name.replace(/^.*(\.\w+)$/, '$1'))
        .sort(),
    ).toEqual(['.json', '.json', '.safetensors', '.safetensors']);
  });

  it('tells the figures that seeds of the same bank score on disk', async () => {
    const { entries, threshold } = await open();
    const [entry] = entries;
    const { point, bank } = entry ?? {};
    if (!point || !bank) throw new Error('There is no point.');
    const study = { ...reference(), weights: entry?.path, bank };
    for (const method of ['lpcam', 'cam'] as const) {
      await makeSeeds({
        ids: ids.slice(0, 3),
        outputs: [{ method, schema: 'irn', folder: at(method) }],
        threshold,
        inFlight: 1,
        plain: false,
        classes: null,
        force: false,
        explain: (id) =>
          explainWhole(
            engine,
            { study, image: join(demo, 'JPEGImages', `${id}.jpg`), classes: null, deviceChoice: null },
            signal,
          ),
        signal,
        onProgress: () => undefined,
      });
      const scores = await evaluateSeeds({
        seeds: at(method),
        masks: join(demo, 'SegmentationClass'),
        ids: ids.slice(0, 3),
        classes: classNames,
        thresholds: [threshold],
        allowMissing: false,
        saliency: null,
        signal,
        onProgress: () => undefined,
      });
      expect(point[method].miou, method).toBe(scores.best.scores.miou);
      expect(point[method].best?.miou).toBeGreaterThanOrEqual(point[method].miou ?? 1);
    }
    expect(point).toMatchObject({ images: 3, scored: 3, threshold, device: 'cpu' });
  });

  it('finds no drift between two files of the same weights', async () => {
    const { entries } = await open();
    const [first, second] = entries;
    expect(second?.point?.counts).toEqual(first?.point?.counts);
    expect(second?.point?.lpcam.miou).toBeCloseTo(first?.point?.lpcam.miou ?? 0, 4);
    expect(first?.drift).toBeNull();
    expect(second?.drift).toMatchObject({ drifted: 0, born: 0, died: 0 });
    expect(second?.drift?.median).toBeCloseTo(1, 4);
    const { class: classes = 0, context = 0 } = second?.point?.counts ?? {};
    expect(second?.drift?.pairs).toBe(classes + context);
  });

  it('knows a checkpoint by its content, whatever it is called, also when it is gone', async () => {
    copyFileSync(at('checkpoints/epoch_10.pth'), at('checkpoints/epoch_11.pth'));
    expect(names(await open())).toEqual(['epoch_2.onnx', 'epoch_10.pth', 'epoch_11.pth']);
    const written = statSync(at('.lpcam/timeline')).mtimeMs;
    expect(await compute()).toEqual({ computed: 1, failed: [] });
    expect(names(await open())).toEqual(['epoch_2.onnx', 'epoch_10.pth']);
    expect(statSync(at('.lpcam/timeline')).mtimeMs).toBeGreaterThanOrEqual(written);
    rmSync(at('checkpoints/epoch_10.pth'));
    expect(names(await open())).toEqual(['epoch_2.onnx', 'epoch_11.pth']);
    rmSync(at('checkpoints/epoch_11.pth'));
    expect((await open()).entries.map(({ onDisk, point }) => [onDisk, point !== null])).toEqual([
      [true, true],
      [false, true],
    ]);
  });

  it('clusters nothing anew when only a gate moves', async () => {
    const banks = () => readdirSync(at('.lpcam/timeline')).filter((name) => name.endsWith('.safetensors'));
    const before = banks().map((name) => statSync(at('.lpcam/timeline', name)).mtimeMs);
    writeStudy({ gates: { class: 0.5, context: [0.05, 0.5] } });
    expect((await open()).entries.map(({ point }) => point)).toEqual([null]);
    expect(await compute()).toEqual({ computed: 1, failed: [] });
    expect(banks().map((name) => statSync(at('.lpcam/timeline', name)).mtimeMs)).toEqual(before);
    writeStudy();
  });

  it('leaves out what is no network of the study, and says why', async () => {
    copyFileSync(join(root, 'test/fixtures/networks/recam_predictor_4.pth'), at('checkpoints/epoch_12.pth'));
    const { computed, failed } = await compute();
    expect(computed).toBe(0);
    expect(failed).toMatchObject([{ path: at('checkpoints/epoch_12.pth') }]);
    writeFileSync(
      at('checkpoints/epoch_12.pth'),
      readFileSync(at('checkpoints/epoch_12.pth')).subarray(0, 900),
    );
    expect((await open()).entries.at(-1)?.problem).toMatch(/truncated/);
    rmSync(at('checkpoints/epoch_12.pth'));
  });

  it('waits with a point that cannot be read, and computes it anew', async () => {
    const [name = ''] = readdirSync(at('.lpcam/timeline')).filter((one) => one.endsWith('.json'));
    const path = at('.lpcam/timeline', name);
    const { mtime } = statSync(path);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, '{');
    utimesSync(path, mtime, mtime);
    const all = await Promise.all([open(), open({ list: at('list.txt'), images: null })]);
    writeFileSync(path, text);
    expect(all[1].entries.every(({ point }) => point === null)).toBe(true);
    expect(all[1].probe.images).toHaveLength(5);
  });

  it('joins no points of the other precision to a curve, and finds each curve again', async () => {
    const show = async (precisionChoice: 'auto' | 'full' | 'half') => {
      const params = { study: reference(), probe, precisionChoice };
      return (await new Timelines(new CheckpointsOnDisk()).open(params, signal)).timeline;
    };
    const inFull = await show('full');
    const counted = inFull.entries.filter(({ point }) => point !== null).length;
    expect(counted).toBeGreaterThan(0);
    expect((await show('half')).entries.every(({ point }) => point === null)).toBe(true);

    const only = [at('checkpoints/epoch_2.onnx')];
    const asked = { study: reference(), probe, only, deviceChoice: null, precisionChoice: 'half' as const };
    const { computed } = await engine.clustering.computeTimeline(asked, () => undefined, signal);
    expect(computed).toBe(1);
    // What was computed last is shown where nobody chose.
    for (const choice of ['half', 'auto'] as const) {
      const { entries, precision, otherPrecision } = await show(choice);
      expect([precision, otherPrecision]).toEqual(['half', counted]);
      const points = entries.flatMap(({ point }) => point ?? []);
      expect(points).toMatchObject([{ precision: 'half', device: 'cpu, half precision' }]);
      expect(entries.every(({ drift }) => drift === null)).toBe(true);
    }
    expect(await show('full')).toEqual({ ...inFull, otherPrecision: 1 });
  });

  it('says what a study lacks', async () => {
    await expect(open({ list: at('none.txt'), images: null })).rejects.toThrow(/probe list .*none\.txt/);
    writeFileSync(at('empty.txt'), '\n');
    await expect(open({ list: at('empty.txt'), images: null })).rejects.toThrow(/empty|no images/);
  });
});
