/** "LPCAM: Generate Seeds": asks which, makes them with progress, tells what has none and why. */
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { SeedMethod, SeedSchema } from '../../lpcam/seedSchemas';
import { seedSchemaOf } from '../../lpcam/systems';
import { manifestName, otherSeedsField, type AskedOutput, type SeedsResult } from '../../protocol/seeds';
import type { StudyReference, StudySummary } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import type { Log } from '../client/engineProcess';
import type { Outcome } from '../client/outcome';
import { showProblem } from '../problem';
import { runChoices } from '../settings';
import { studyKey, studyName } from '../study/studyReference';
import type { StudyReader } from '../study/studyReader';
import { trusted } from '../trust';
import { ProgressEstimate } from './progressEstimate';

interface Choice extends vscode.QuickPickItem {
  readonly method: SeedMethod;
  readonly schema: SeedSchema;
}

const methodNames: Readonly<Record<SeedMethod, string>> = { lpcam: 'LPCAM', cam: 'CAM' };
const schemaNames: Readonly<Record<SeedSchema, string>> = {
  irn: "IRN's .npy (keys, cam, high_res)",
  dict: '.npy of {class: map} (MCTformer, EDAM, SEAM)',
  png: 'label PNGs',
};

/** What can be made: the system's own schema first, and without a bank no LPCAM. */
function choices({ system, bank, settings }: StudySummary): Choice[] {
  const own = seedSchemaOf(system?.name ?? null);
  const schemas: SeedSchema[] = own === 'dict' ? ['dict', 'irn', 'png'] : ['irn', 'dict', 'png'];
  const methods: SeedMethod[] = bank === null ? ['cam'] : ['lpcam', 'cam'];
  return methods.flatMap((method) =>
    schemas.map((schema) => ({
      method,
      schema,
      label: `${methodNames[method]}: ${schemaNames[schema]}`,
      description:
        schema === own && system !== null
          ? `what ${system.name} reads`
          : schema === 'png'
            ? `background score ${settings.seeds.threshold}, VOC's palette`
            : '',
      picked: schema === own && method === methods[0],
    })),
  );
}

export class SeedGeneration {
  readonly #running = new Set<string>();

  constructor(
    private readonly engine: EngineClient,
    private readonly reader: StudyReader,
    private readonly log: Log,
    /** Shows what is open of a study anew. */
    private readonly refresh: (study: StudyReference) => void,
  ) {}

  /** @param folder where to write; null: the study's own folder of seeds */
  async generate(study: StudyReference, folder: string | null): Promise<void> {
    if (!trusted()) return;
    const key = studyKey(study);
    if (this.#running.has(key)) {
      void vscode.window.showInformationMessage(`Seeds of ${studyName(study)} are being made already.`);
      return;
    }
    this.#running.add(key);
    try {
      const outputs = await this.#ask(study, folder);
      if (outputs === null) return;
      const outcome = await this.#make(study, outputs);
      if (!outcome.ok) return;
      this.refresh(study);
      this.#tell(study, outcome.value);
    } finally {
      this.#running.delete(key);
    }
  }

  async #ask(study: StudyReference, folder: string | null): Promise<AskedOutput[] | null> {
    const outcome = await this.reader.read(study);
    if (!outcome.ok) {
      await showProblem(outcome.failure);
      return null;
    }
    const summary = outcome.value;
    const chosen = await vscode.window.showQuickPick(choices(summary), {
      title: `Generate Seeds of ${studyName(study)}: ${summary.listed} images into ${folder ?? summary.seedsFolder}`,
      placeHolder:
        summary.bank === null
          ? 'No prototype bank yet, so CAM only ("LPCAM: Cluster Prototypes" makes one). Which kinds?'
          : 'Which kinds? One run of the network makes all of them',
      canPickMany: true,
      ignoreFocusOut: true,
    });
    if (chosen === undefined || chosen.length === 0) return null;
    // Each kind has a folder of its own: the name of a seed is the image's, and says nothing of the kind.
    return chosen.map(({ method, schema }) => ({
      method,
      schema,
      folder:
        folder === null
          ? ownFolder(summary, chosen, method, schema)
          : placeIn(folder, chosen, method, schema),
    }));
  }

  async #make(study: StudyReference, outputs: readonly AskedOutput[]): Promise<Outcome<SeedsResult>> {
    const first = await this.#run(study, outputs, false);
    if (first.ok || first.failure.field !== otherSeedsField) {
      await this.#judge(study, first);
      return first;
    }
    const again = 'Make Anew';
    const choice = await vscode.window.showWarningMessage(
      first.failure.message.replace(/ Choose another folder, .*$/, ''),
      { modal: true, detail: 'Made anew, the seeds of the listed images are written over.' },
      again,
    );
    if (choice !== again) return first;
    const second = await this.#run(study, outputs, true);
    await this.#judge(study, second);
    return second;
  }

  async #judge(study: StudyReference, outcome: Outcome<SeedsResult>): Promise<void> {
    await this.reader.judge(study, outcome);
    if (outcome.ok) return;
    if (outcome.failure.kind === 'cancelled')
      vscode.window.setStatusBarMessage('Cancelled: the seeds made so far are kept for the next time', 6000);
    else await showProblem(outcome.failure);
  }

  async #run(
    study: StudyReference,
    outputs: readonly AskedOutput[],
    force: boolean,
  ): Promise<Outcome<SeedsResult>> {
    const name = studyName(study);
    return vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: `Generating seeds of ${name}`,
        cancellable: true,
      },
      (report, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        const estimate = new ProgressEstimate();
        let share = 0;
        report.report({ message: 'Waiting for the engine' });
        return this.engine.request(
          'makeSeeds',
          { study, outputs: [...outputs], list: null, force, ...runChoices() },
          {
            subject: name,
            signal: abort.signal,
            onEvent: ({ progress }) => {
              const now = progress.total > 0 ? (100 * progress.done) / progress.total : 0;
              report.report({ message: estimate.text(progress), increment: Math.max(0, now - share) });
              share = Math.max(share, now);
            },
          },
        );
      },
    );
  }

  #tell(study: StudyReference, result: SeedsResult): void {
    const { written, skipped, failed, dead, stopped, notices, outputs } = result;
    const name = studyName(study);
    for (const { id, message } of failed) this.log('warn', `[seeds of ${name}] ${id}: ${message}`);
    for (const { message } of notices) this.log('warn', `[seeds of ${name}] ${message}`);
    const [output] = outputs;
    const folder = output?.folder ?? '';
    const where = outputs.map((one) => basename(one.folder)).join(', ');
    const parts = [
      `${written} seeds of ${name} written to ${where}${skipped > 0 ? `, ${skipped} were there` : ''}.`,
    ];
    if (dead.length > 0) parts.push(`${counted(dead.length, 'class map')} zero everywhere (dead).`);
    if (stopped !== null) parts.push(`Stopped: ${stopped}`);
    const [first] = failed;
    if (first !== undefined)
      parts.push(`${counted(failed.length, 'image')} without a seed: ${first.message}`);
    const report = 'Open Report';
    const reveal = 'Show Folder';
    const show = failed.length > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    // Not waited for: somebody may start the next run while this stands there.
    void show(parts.join(' '), report, reveal).then(async (choice) => {
      if (choice === report)
        await vscode.window.showTextDocument(vscode.Uri.file(join(folder, manifestName)));
      if (choice === reveal)
        await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(folder));
    });
  }
}

/** "1 image is", "3 images are" */
function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun} is` : `${count} ${noun}s are`;
}

type Kind = Pick<AskedOutput, 'method' | 'schema'>;

/** The study's own folder of a kind; where two `.npy` schemas of one method are chosen, the second gets its name. */
function ownFolder(
  { seedsFolder, system }: StudySummary,
  chosen: readonly Kind[],
  method: SeedMethod,
  schema: SeedSchema,
): string | null {
  const own = seedSchemaOf(system?.name ?? null);
  const both = chosen.filter((one) => one.method === method && one.schema !== 'png').length > 1;
  return schema !== 'png' && schema !== own && both ? join(seedsFolder, `${method}-${schema}`) : null;
}

/** One kind goes into the folder that was clicked, several into folders in it. */
function placeIn(folder: string, chosen: readonly Kind[], method: SeedMethod, schema: SeedSchema): string {
  return chosen.length === 1 ? folder : join(folder, `${method}-${schema}`);
}
