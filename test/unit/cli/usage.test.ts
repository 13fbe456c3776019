/** Wrong usage and bad input: exit code 2, one or two lines that name the file, no stack trace. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BuiltProgram, root, type Ended } from './support/builtProgram';

const demo = join(root, 'demo');
let program: BuiltProgram;
let folder: string;

beforeAll(async () => {
  program = await BuiltProgram.build();
});
afterAll(() => program.remove());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lpcam usage-'));
  return () => rm(folder, { recursive: true, force: true });
});

function expectBadInput({ code, stdout, stderr }: Ended, ...mentions: string[]): void {
  expect(stderr).not.toMatch(/^\s+at /m);
  for (const text of mentions) expect(stderr).toContain(text);
  expect(stdout).toBe('');
  expect(code).toBe(2);
}

/** Bad input says so in at most two lines. */
function expectTwoLines({ stderr }: Ended): void {
  expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
}

async function demoStudy(changes: object): Promise<string> {
  const study = join(folder, 'lpcam.json');
  const whole = {
    checkpoint: join(demo, 'checkpoints/demo_cam.onnx'),
    classes: join(demo, 'classes.txt'),
    dataset: { images: join(demo, 'JPEGImages'), labels: join(demo, 'labels.json') },
    ...changes,
  };
  await writeFile(study, JSON.stringify(whole));
  return study;
}

describe('help', () => {
  it('lists the commands on stdout and is no error', async () => {
    const { code, stdout, stderr } = await program.run(['--help'], folder);
    for (const name of [
      'inspect',
      'convert',
      'features',
      'prototypes',
      'explain',
      'seeds',
      'evaluate',
      'compare',
      'slurm',
      'status',
    ])
      expect(stdout).toContain(name);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it.each(['inspect', 'convert', 'features', 'prototypes', 'explain', 'seeds', 'evaluate', 'compare'])(
    'of %s names the common options',
    async (name) => {
      const { code, stdout } = await program.run([name, '--help'], folder);
      for (const option of ['--study', '--json', '--device', '--quiet']) expect(stdout).toContain(option);
      expect(code).toBe(0);
    },
  );

  it('tells the version', async () => {
    const { code, stdout } = await program.run(['--version'], folder);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(code).toBe(0);
  });
});

describe('wrong usage', () => {
  it.each([
    ['an unknown command', ['inspekt', 'x.onnx'], 'inspekt'],
    ['an unknown option', ['prototypes', '--fource'], '--fource'],
    ['a missing argument', ['inspect'], 'checkpoint'],
    ['a missing required option', ['convert', 'net.pth'], '--out'],
    ['an unknown device', ['prototypes', '--device', 'tpu'], 'tpu'],
    ['an unknown method', ['seeds', '--out', 'x', '--method', 'gradcam'], 'gradcam'],
    ['a threshold above 1', ['evaluate', '.', '--threshold', '30'], '30'],
    ['a threshold that is no number', ['evaluate', '.', '--threshold', 'high'], 'high'],
    ['two ways to choose thresholds', ['evaluate', '.', '--threshold', '.3', '--sweep'], '--sweep'],
    ['a run to be cancelled and submitted again', ['status', '--cancel', '--resubmit'], '--cancel'],
    ['too many arguments', ['prototypes', 'extra'], 'prototypes'],
  ])('%s', async (_, args, mention) => {
    expectBadInput(await program.run(args, folder), mention);
  });

  it('no command at all', async () => {
    const { code, stdout, stderr } = await program.run([], folder);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: lpcam');
  });
});

describe('bad input', () => {
  const check = async (args: string[], ...mentions: string[]): Promise<void> => {
    const ended = await program.run(args, folder);
    expectBadInput(ended, ...mentions);
    expectTwoLines(ended);
  };

  it('no study here', () => check(['prototypes'], join(folder, 'lpcam.json'), '--study'));

  it('a study that is not there', () => check(['prototypes', '--study', 'gone.json'], 'gone.json'));

  it('a study that is not JSON', async () => {
    await writeFile(join(folder, 'lpcam.json'), '{ "checkpoint": ');
    await check(['prototypes'], 'lpcam.json');
  });

  it('a study with a misspelt field', async () => {
    await writeFile(join(folder, 'lpcam.json'), '{ "checkpoint": "a.onnx", "clustering": { "kk": 3 } }');
    await check(['prototypes'], 'lpcam.json', 'kk');
  });

  it('a study whose checkpoint is missing', async () => {
    await writeFile(join(folder, 'lpcam.json'), '{ "checkpoint": "gone.onnx" }');
    await check(['prototypes'], 'gone.onnx');
  });

  it('a checkpoint that is not there', () => check(['inspect', 'gone.onnx'], 'gone.onnx', 'no such file'));

  it('a checkpoint that is not ONNX', async () => {
    await writeFile(join(folder, 'text.onnx'), 'this is no model');
    await check(['inspect', 'text.onnx'], 'text.onnx');
  });

  it('an empty checkpoint', async () => {
    await writeFile(join(folder, 'empty.onnx'), '');
    await check(['inspect', 'empty.onnx'], 'empty.onnx');
  });

  it('a folder as checkpoint', async () => {
    await mkdir(join(folder, 'net.onnx'));
    await check(['inspect', 'net.onnx'], 'net.onnx');
  });

  it('an image that is not there', async () => {
    await demoStudy({});
    await check(['explain', 'gone.jpg'], 'gone.jpg');
  });

  it('an image that is none', async () => {
    await demoStudy({});
    await writeFile(join(folder, 'broken.jpg'), 'not a picture');
    await check(['explain', 'broken.jpg'], 'broken.jpg');
  });

  it('a class that the study does not have', async () => {
    await demoStudy({});
    await check(['explain', join(demo, 'JPEGImages/val_0001.jpg'), '--classes', 'zebra'], 'zebra');
  });

  it('a bank that is not there', async () => {
    await demoStudy({});
    await check(
      ['explain', join(demo, 'JPEGImages/val_0001.jpg'), '--bank', 'gone.safetensors'],
      'gone.safetensors',
    );
  });

  it('two images that would be written to the same files', async () => {
    await demoStudy({});
    await check(['explain', 'a/x.jpg', 'b/x.png'], 'x.*');
  });

  it('seeds without a list', async () => {
    // Away from the demo, beside which lists and labels would be found.
    await copyFile(join(demo, 'checkpoints/demo_cam.onnx'), join(folder, 'net.onnx'));
    await mkdir(join(folder, 'pictures'));
    await writeFile(
      join(folder, 'lpcam.json'),
      JSON.stringify({
        checkpoint: 'net.onnx',
        classes: join(demo, 'classes.txt'),
        dataset: { images: 'pictures' },
      }),
    );
    await check(['seeds', '--out', 'seeds', '--method', 'cam'], '--list');
  });

  it('LPCAM seeds without a bank', async () => {
    await demoStudy({
      dataset: {
        images: join(demo, 'JPEGImages'),
        labels: join(demo, 'labels.json'),
        list: join(demo, 'ImageSets/Segmentation/val.txt'),
      },
    });
    await check(['seeds', '--out', 'seeds'], '.safetensors', 'lpcam prototypes');
  });
});
