/** Tool `lpcam_inspect_checkpoint`: what the checkpoint editor knows of a file; nothing is run. */
import * as vscode from 'vscode';
import type { CheckpointIdentity, CheckpointTable } from '../../protocol/checkpoint';
import type { StudyReference, StudySummary } from '../../protocol/study';
import type { EngineClient } from '../client/engineClient';
import { signalOf } from '../references/abort';
import type { Studies } from '../study/studies';
import type { StudyReader } from '../study/studyReader';
import { untrusted } from '../trust';
import { meantStudy, workspacePath } from './meantStudy';
import { toolAnswer, toolError } from './toolAnswer';
import { checkedInput, inspectCheckpointInput } from './toolInput';

/** Tensors whose names are told: the first tell what it is, the last where it ends. */
const namedTensors = 8;

function told(table: CheckpointTable, identity: CheckpointIdentity, summary: StudySummary | null): object {
  const { tensors } = table;
  const named =
    tensors.length <= 2 * namedTensors
      ? tensors
      : [...tensors.slice(0, namedTensors), ...tensors.slice(-namedTensors)];
  const { network, unknown, study, warnings } = identity;
  return {
    checkpoint: table.path,
    format: table.formatName,
    writer: table.writer,
    bytes: table.bytes,
    modified: new Date(table.modified).toISOString(),
    parameters: table.parameters,
    tensors: tensors.length + table.unlisted,
    someTensors: named.map(({ name, dtype, shape }) => `${name} ${dtype}[${shape.join(', ')}]`),
    facts: table.facts.slice(0, 20),
    network,
    noNetworkBecause: unknown?.message ?? null,
    study,
    warnings: warnings.map(({ message }) => message),
    bank: summary?.bank ?? null,
    settings: summary?.settings ?? null,
  };
}

export interface InspectParts {
  readonly studies: Studies;
  readonly reader: StudyReader;
  /** Answers without anything native. */
  readonly fileReader: EngineClient;
}

export class InspectCheckpointTool implements vscode.LanguageModelTool<object> {
  constructor(private readonly parts: InspectParts) {}

  prepareInvocation({
    input,
  }: vscode.LanguageModelToolInvocationPrepareOptions<object>): vscode.PreparedToolInvocation {
    const { checkpoint } = checkedInput(inspectCheckpointInput, input, 'lpcam_inspect_checkpoint');
    const what = checkpoint ?? 'the checkpoint of the current study';
    return {
      invocationMessage: `Reading ${what}`,
      confirmationMessages: {
        title: 'Inspect a checkpoint',
        message: `Read what ${what} holds? It is not run, and nothing in it is executed.`,
      },
    };
  }

  async invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<object>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const asked = checkedInput(inspectCheckpointInput, input, 'lpcam_inspect_checkpoint');
    const following = signalOf(token);
    try {
      return await this.#inspect(asked.checkpoint, asked.study, following.signal);
    } finally {
      following.dispose();
    }
  }

  async #inspect(
    named: string | undefined,
    studyPath: string | undefined,
    signal: AbortSignal,
  ): Promise<vscode.LanguageModelToolResult> {
    const { studies, fileReader } = this.parts;
    const study =
      named !== undefined && studyPath === undefined
        ? await studies.of(workspacePath(named))
        : await meantStudy(studies, studyPath);
    const summary = study && (await this.#summary(study, named === undefined, signal));
    const checkpoint = named === undefined ? summary?.network.checkpoint : workspacePath(named);
    if (checkpoint === undefined) throw toolError(untrusted);
    const tables: CheckpointTable[] = [];
    const outcome = await fileReader.request(
      'openCheckpoint',
      { checkpoint, study },
      { subject: checkpoint, signal, onEvent: (event) => tables.push(event.table) },
    );
    if (!outcome.ok) throw toolError(outcome.failure);
    const table = tables.at(-1);
    if (table === undefined) throw new Error(`${checkpoint} was read, but its tensors were not told.`);
    const own = summary?.network.checkpoint === checkpoint ? summary : null;
    return toolAnswer(told(table, outcome.value, own), null);
  }

  /** What the study says of its network and bank; null where it cannot be opened and need not be. */
  async #summary(study: StudyReference, needed: boolean, signal: AbortSignal): Promise<StudySummary | null> {
    if (!vscode.workspace.isTrusted) {
      if (needed)
        throw new Error(`${untrusted.message} Name the file in "checkpoint" to read it all the same.`);
      return null;
    }
    const outcome = await this.parts.reader.read(study, signal);
    if (outcome.ok) return outcome.value;
    if (needed) throw toolError(outcome.failure);
    return null;
  }
}
