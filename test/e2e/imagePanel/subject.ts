/** The image that the tests look at, and what is true of it by other ways than the panel's. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainByCommandLine, lpcam, type ExplainedMaps } from '../support/commandLine';
import { decodeImage, imagePath, labelOf, readMask, valImages, type Decoded } from '../support/demoStudy';
import { scoresOf } from '../support/scores';
import type { Vscode } from '../support/vscode';

export interface Subject {
  readonly id: string;
  /** Name with its ending. */
  readonly file: string;
  /** As the explorer knows it. */
  readonly path: string;
  readonly className: string;
  readonly label: number;
  readonly image: Decoded;
  readonly mask: Uint8Array;
  /** By the packaged command line. */
  readonly maps: ExplainedMaps;
}

/** The threshold of the demo study. */
export const studyThreshold = 0.3;
/** How many images are looked through for one that shows what LPCAM is for. */
const candidates = 10;

const bankOf = (vscode: Vscode) => join(vscode.folder, 'lpcam-bank.safetensors');
const studyOf = (vscode: Vscode) => join(vscode.folder, 'lpcam.json');
const scratchOf = (vscode: Vscode, name: string) => join(vscode.folder, '..', name);

/** Makes the prototype bank unless the first test has done so in the window. */
async function needBank(vscode: Vscode): Promise<void> {
  if (!existsSync(bankOf(vscode))) await lpcam(vscode, 'prototypes', '--study', studyOf(vscode));
}

/**
 * An image of the val list with one class, with prototypes of both kinds to switch, and of those the one in which
 * LPCAM finds most that CAM misses.
 */
async function chooseSubject(vscode: Vscode): Promise<Subject> {
  const { folder } = vscode;
  const some = valImages(folder)
    .filter(({ classes }) => classes.length === 1)
    .slice(0, candidates);
  const explained = await explainByCommandLine(vscode, {
    images: some.map(({ id }) => join(folder, imagePath(id))),
    study: studyOf(vscode),
    out: scratchOf(vscode, 'maps'),
  });
  const subjects: { subject: Subject; gain: number }[] = [];
  for (const { id, classes } of some) {
    const className = classes[0] ?? '';
    const maps = explained.get(id)?.get(className);
    if (!maps || maps.classPrototypes < 2 || maps.contextPrototypes < 1) continue;
    const label = labelOf(folder, className);
    const mask = readMask(folder, id);
    const iou = (map: Float32Array) => Number(scoresOf(map, mask, label, studyThreshold).iou);
    const path = imagePath(id);
    const image = await decodeImage(join(folder, path));
    subjects.push({
      subject: { id, file: `${id}.jpg`, path, className, label, image, mask, maps },
      gain: iou(maps.lpcam) - iou(maps.cam),
    });
  }
  const best = subjects.sort((a, b) => b.gain - a.gain)[0];
  if (!best) throw new Error(`None of ${some.map(({ id }) => id).join(', ')} has prototypes of both kinds.`);
  return best.subject;
}

/** The subject is chosen at the first call, for all tests on the same VS Code. */
export class SubjectOf {
  #subject: Promise<Subject> | undefined;

  constructor(private readonly vscode: Vscode) {}

  get(): Promise<Subject> {
    this.#subject ??= needBank(this.vscode).then(() => chooseSubject(this.vscode));
    return this.#subject;
  }

  /**
   * The subject's maps by the command line with other gates than the study's, which is another way to leave
   * prototypes out than to switch them off.
   */
  async mapsWithGates(gates: { class: number; context: readonly [number, number] }): Promise<ExplainedMaps> {
    const { id, className } = await this.get();
    const { vscode } = this;
    const study = JSON.parse(readFileSync(studyOf(vscode), 'utf8')) as object;
    // Beside the study, so that its relative paths hold; with a name that no window takes for a study.
    const other = join(vscode.folder, 'other-gates.json');
    writeFileSync(other, JSON.stringify({ ...study, bank: bankOf(vscode), gates }));
    const out = scratchOf(vscode, 'other-maps');
    mkdirSync(out, { recursive: true });
    const explained = await explainByCommandLine(vscode, {
      images: [join(vscode.folder, imagePath(id))],
      study: other,
      out,
    });
    rmSync(other);
    const maps = explained.get(id)?.get(className);
    if (!maps) throw new Error(`No maps of ${className} in ${id}.`);
    return maps;
  }
}
