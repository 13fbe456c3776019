/**
 * Seeds between this program and the field's own: what is written here loads with NumPy and PyTorch, and what they write
 * here and now is read. Skipped where Debian's python3-torch and python3-numpy are not installed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeLabelPng } from '../../../src/formats/mask';
import { readSeed, readSeedMaps } from '../../../src/formats/readSeed';
import { writeDictSeed, writeIrnSeed, type SeedMaps } from '../../../src/formats/seedWriter';

const python = '/usr/bin/python3';
const has = (modules: string) => spawnSync(python, ['-c', `import ${modules}`]).status === 0;

/** Values that a rounding would change: every third bit pattern of the mantissa, a subnormal, the ends. */
const maps = (count: number, height: number, width: number) =>
  Array.from({ length: count }, (_, k) => {
    const data = Float32Array.from({ length: height * width }, (_, i) => Math.fround((i + k) / 7));
    data.set([1e-42, 0, 1, Math.fround(0.1)]);
    return { height, width, data };
  });
const seeds: SeedMaps = { keys: [1, 14], highRes: maps(2, 6, 9), strided: maps(2, 2, 3) };
const nothing: SeedMaps = { keys: [], highRes: [], strided: [] };

describe.skipIf(!has('numpy, torch'))('seed files in Python', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lpcam-seed-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function write(name: string, bytes: Uint8Array): string {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  }

  function run(lines: readonly string[], ...args: string[]): string {
    const { stdout, stderr } = spawnSync(python, ['-c', lines.join('\n'), ...args], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout;
  }

  it('of IRN do what its scripts do with them', () => {
    const script = [
      'import json, sys, numpy as np, torch',
      'a, e = (np.load(p, allow_pickle=True).item() for p in sys.argv[1:])',
      'assert list(a) == ["keys", "cam", "high_res"]',
      'assert isinstance(a["cam"], torch.Tensor) and a["cam"].is_contiguous() and a["cam"].dtype == torch.float32',
      'assert isinstance(a["high_res"], np.ndarray) and a["high_res"].dtype == np.float32 and a["high_res"].flags.writeable',
      'assert a["keys"].dtype == np.int64',
      '# eval_cam.py, cam_to_ir_label.py, make_sem_seg_labels.py',
      'cams = np.pad(a["high_res"], ((1, 0), (0, 0), (0, 0)), mode="constant", constant_values=0.15)',
      'keys = np.pad(a["keys"] + 1, (1, 0), mode="constant")',
      'labels = keys[np.argmax(cams, axis=0)]',
      'down = torch.nn.functional.interpolate(a["cam"][None], (4, 4), mode="bilinear", align_corners=False)',
      'a["cam"] += 0',
      'assert e["keys"].shape == (0,) and e["cam"].shape[0] == 0 and e["high_res"].shape[0] == 0',
      'bits = lambda x: np.asarray(x).view(np.uint32).flatten().tolist()',
      'print(json.dumps([a["keys"].tolist(), list(a["cam"].shape), bits(a["cam"]), list(a["high_res"].shape), bits(a["high_res"])]))',
    ];
    const text = run(script, write('a.npy', writeIrnSeed(seeds)), write('empty.npy', writeIrnSeed(nothing)));
    const bits = (list: SeedMaps['highRes']) =>
      list.flatMap(({ data }) => [...new Uint32Array(data.slice().buffer)]);
    expect(JSON.parse(text)).toEqual([
      seeds.keys,
      [2, 2, 3],
      bits(seeds.strided),
      [2, 6, 9],
      bits(seeds.highRes),
    ]);
  });

  it('of MCTformer, EDAM and SEAM do what their scripts do with them', () => {
    const script = [
      'import json, sys, numpy as np',
      'a, e = (np.load(p, allow_pickle=True).item() for p in sys.argv[1:])',
      'assert isinstance(a, dict) and all(type(key) is int for key in a) and e == {}',
      'assert all(value.dtype == np.float32 and value.shape == (6, 9) for value in a.values())',
      '# evaluation.py: the background comes first, the classes by index + 1',
      'tensor = np.zeros((21, 6, 9), np.float32)',
      'for key in a: tensor[key + 1] = a[key]',
      'tensor[0] = 0.4',
      'print(json.dumps([list(a), [v.view(np.uint32).flatten().tolist() for v in a.values()], np.argmax(tensor, 0).shape]))',
    ];
    const text = run(script, write('d.npy', writeDictSeed(seeds)), write('e.npy', writeDictSeed(nothing)));
    expect(JSON.parse(text)).toEqual([
      seeds.keys,
      seeds.highRes.map(({ data }) => [...new Uint32Array(data.slice().buffer)]),
      [6, 9],
    ]);
  });

  it('are read as NumPy and PyTorch write them here, with their exact values', () => {
    const script = [
      'import json, sys, numpy as np, torch',
      'rng = np.random.RandomState(5)',
      'high, cam = rng.rand(3, 11, 7).astype(np.float32), rng.rand(3, 3, 2).astype(np.float32)',
      'np.save(sys.argv[1] + "/irn.npy", {"keys": torch.tensor([0, 5, 19]), "cam": torch.from_numpy(cam), "high_res": high})',
      'np.save(sys.argv[1] + "/view.npy", {"keys": np.array([0, 5, 19]), "cam": torch.from_numpy(cam), "high_res": torch.from_numpy(high).permute(0, 2, 1)})',
      'np.save(sys.argv[1] + "/mct.npy", dict(zip([0, 5, 19], high)))',
      'print(json.dumps([high.flatten().tolist(), high.transpose(0, 2, 1).flatten().tolist()]))',
    ];
    const [plain, turned] = JSON.parse(run(script, folder)) as number[][];
    const values = (name: string) => {
      const path = join(folder, name);
      const found = readSeedMaps(new Uint8Array(readFileSync(path)), path);
      expect(found.keys).toEqual([0, 5, 19]);
      return found.highRes.flatMap(({ data }) => [...data]);
    };
    expect(values('irn.npy')).toEqual(plain);
    expect(values('view.npy')).toEqual(turned);
    expect(values('mct.npy')).toEqual(plain);
  });
});

describe.skipIf(!has('numpy, PIL'))('label PNGs in Python', () => {
  it('are the ids as Pillow reads them, in both directions', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lpcam-png-'));
    try {
      const labels = Uint8Array.of(0, 1, 20, 255, 15, 0);
      writeFileSync(join(folder, 'ours.png'), writeLabelPng(labels, 3, 2));
      const script = [
        'import json, sys, numpy as np',
        'from PIL import Image',
        'image = Image.open(sys.argv[1] + "/ours.png")',
        'image.save(sys.argv[1] + "/theirs.png")',
        'print(json.dumps([image.mode, np.array(image).tolist(), image.getpalette()[45:48]]))',
      ].join('\n');
      const { stdout, stderr } = spawnSync(python, ['-c', script, folder], { encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual([
        'P',
        [
          [0, 1, 20],
          [255, 15, 0],
        ],
        [192, 128, 128],
      ]);
      const theirs = readSeed(new Uint8Array(readFileSync(join(folder, 'theirs.png'))), 'theirs.png');
      expect(theirs).toMatchObject({ kind: 'labels', labels, keys: [0, 14, 19] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
