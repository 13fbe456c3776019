/** `lpcam explain`: the maps of single images, as pictures and as numbers. */
import type { Command } from 'commander';
import { mkdir } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { camOf, classPrototypes, lpcamOf, type ClassPrototypes, type MapForm } from '../engine/classMaps';
import { explainWhole, type Explanation } from '../engine/explanation';
import { writeWhole } from '../engine/writeWhole';
import { writeNpy } from '../formats/npy';
import { InputError } from '../lpcam/inputError';
import { camRuleText, lpcamRuleText, plainCamText, plainLpcamText } from '../lpcam/ruleText';
import type { ExplanationHeader, ImageClass } from '../protocol/explanation';
import { addCommonOptions, addPlainOption, nameList, studyPath, type CommonOptions } from './commonOptions';
import { openEngine } from './openEngine';
import { overlayPng } from './overlay';
import type { Job, RunJob } from './program';
import { tableText } from './table';

interface ExplainOptions extends CommonOptions {
  readonly bank?: string;
  readonly classes?: string[];
  readonly out: string;
  readonly plain?: boolean;
}

/** Which map a file holds. */
type MapKind = 'cam' | 'lpcam';

interface ExplainedClass {
  readonly name: string;
  readonly source: ImageClass['source'];
  readonly probability: number;
  /** Paths of the files written, absolute. */
  readonly files: Readonly<Record<string, string>>;
  /** The LPCAM has nothing above zero; null without an LPCAM. */
  readonly dead: boolean | null;
  readonly classPrototypes: number;
  readonly contextPrototypes: number;
}

interface ExplainedImage {
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly classes: readonly ExplainedClass[];
  /** How the maps were made, where the study's system has a rule of its own; null: it has none. */
  readonly rule: { readonly cam: string; readonly lpcam: string } | null;
  readonly notices: readonly string[];
}

/** A class name as a part of a file name: without control characters and what some file systems refuse. */
function fileSafe(name: string): string {
  return name.replaceAll(/[\p{Cc}\\/:*?"<>|]/gu, '_');
}

function stem(image: string): string {
  return basename(image, extname(image));
}

/** Two images of one name would overwrite each other's files. */
function checkNames(images: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const image of images) {
    const other = seen.get(stem(image));
    if (other !== undefined)
      throw new InputError(
        `${other} and ${image} would both be written as ${stem(image)}.*; explain them one by one with different --out folders.`,
        { file: image },
      );
    seen.set(stem(image), image);
  }
}

class MapFiles {
  constructor(
    private readonly header: ExplanationHeader,
    private readonly prefix: string,
  ) {}

  /** Writes one map as numbers and as a picture. */
  async write(imageClass: ImageClass, kind: MapKind, map: Float32Array): Promise<Record<string, string>> {
    const { height, width, rgb } = this.header.image;
    const base = `${this.prefix}.${fileSafe(imageClass.name)}.${kind}`;
    await writeWhole(
      `${base}.npy`,
      writeNpy({ dtype: 'float32', shape: [height, width], data: new Float32Array(map) }),
    );
    await writeWhole(`${base}.png`, overlayPng(rgb, map, { height, width }));
    return { [kind]: `${base}.npy`, [`${kind}Picture`]: `${base}.png` };
  }
}

async function writeClass(
  { header, scales }: Explanation,
  files: MapFiles,
  position: number,
  prototypes: ClassPrototypes,
  form: MapForm,
): Promise<ExplainedClass> {
  const { imageClass, classRows, contextRows } = prototypes;
  const cam = await files.write(imageClass, 'cam', camOf(header, scales, position, form));
  const lpcam = header.bank === null ? null : lpcamOf(header, scales, prototypes, form);
  return {
    name: imageClass.name,
    source: imageClass.source,
    probability: imageClass.probability,
    files: lpcam === null ? cam : { ...cam, ...(await files.write(imageClass, 'lpcam', lpcam.map)) },
    dead: lpcam?.dead ?? null,
    classPrototypes: classRows.length,
    contextPrototypes: contextRows.length,
  };
}

function ruleOf({ fusion }: ExplanationHeader, plain: boolean): ExplainedImage['rule'] {
  if (fusion === null) return null;
  return plain
    ? { cam: plainCamText, lpcam: plainLpcamText }
    : { cam: camRuleText(fusion), lpcam: lpcamRuleText(fusion) };
}

/** The rules that images were explained by, each once. */
function rulesText(images: readonly ExplainedImage[]): string {
  const lines = images.flatMap(({ rule, classes }) =>
    rule === null
      ? []
      : [`CAM: ${rule.cam}`, ...(classes.some(({ dead }) => dead !== null) ? [`LPCAM: ${rule.lpcam}`] : [])],
  );
  return [...new Set(lines)].map((line) => `${line}\n`).join('');
}

function explainedText(images: readonly ExplainedImage[]): string {
  const columns = [
    { title: 'image' },
    { title: 'class' },
    { title: 'from' },
    { title: 'p', digits: 3 },
    { title: 'prototypes', digits: 0 },
    { title: 'context', digits: 0 },
    { title: 'files' },
  ];
  const rows = images.flatMap(({ image, classes }) =>
    classes.map((entry) => [
      stem(image),
      entry.name,
      entry.source,
      entry.probability,
      entry.dead === null ? null : entry.classPrototypes,
      entry.dead === null ? null : entry.contextPrototypes,
      `${stem(image)}.${fileSafe(entry.name)}.${entry.dead === null ? 'cam' : '{cam,lpcam}'}.{npy,png}`,
    ]),
  );
  return tableText(columns, rows);
}

async function explain(images: readonly string[], options: ExplainOptions, job: Job): Promise<undefined> {
  const study = studyPath(options);
  const plain = options.plain === true;
  checkNames(images);
  const out = resolve(options.out);
  await using engine = await openEngine(options);
  await mkdir(out, { recursive: true });
  const explained: ExplainedImage[] = [];
  for (const [done, image] of images.entries()) {
    job.terminal.progress({ stage: 'Explaining images', done, total: images.length });
    const path = resolve(image);
    const explanation = await explainWhole(
      engine,
      {
        study: { file: study, ...(options.bank === undefined ? {} : { bank: resolve(options.bank) }) },
        image: path,
        classes: options.classes ?? null,
        deviceChoice: options.device ?? null,
        precisionChoice: options.precision ?? null,
      },
      job.signal,
    );
    const { header } = explanation;
    const files = new MapFiles(header, join(out, stem(path)));
    const prototypes = header.bank === null ? [] : classPrototypes(header);
    const classes: ExplainedClass[] = [];
    for (const [position, imageClass] of header.classes.entries())
      classes.push(
        await writeClass(
          explanation,
          files,
          position,
          prototypes[position] ?? { imageClass, classRows: [], contextRows: [], notices: [] },
          { size: 'highRes', plain },
        ),
      );
    const notices = [...explanation.notices, ...prototypes.flatMap((entry) => entry.notices)];
    for (const { name, dead } of classes)
      if (dead === true)
        notices.push({
          kind: 'dead-seed',
          message: `${stem(path)}: the LPCAM of ${name} is zero everywhere (a dead seed).`,
        });
    job.terminal.notice(notices);
    explained.push({
      image: path,
      width: header.image.width,
      height: header.image.height,
      classes,
      rule: ruleOf(header, plain),
      notices: notices.map(({ message }) => message),
    });
  }
  job.terminal.result(
    { out, images: explained },
    () => `${explainedText(explained)}\n\n${rulesText(explained)}Written to ${out}`,
  );
  return undefined;
}

export function addExplain(program: Command, runJob: RunJob): void {
  const command = addPlainOption(
    program
      .command('explain')
      .argument('<image...>', 'image files')
      .description('Write CAM and LPCAM of images: float32 .npy maps and overlay PNGs.')
      .option(
        '--bank <file>',
        "prototype bank, ours or class_ceneters.pt with class_context.pt beside it (default: the study's)",
      )
      .option(
        '--classes <names>',
        "class names, parted by commas (default: the image's labels, else predicted)",
        nameList,
      )
      .option('--out <dir>', 'folder to write to', '.'),
  );
  addCommonOptions(command).action((images: string[], options: ExplainOptions) =>
    runJob(options, (job) => explain(images, options, job)),
  );
}
