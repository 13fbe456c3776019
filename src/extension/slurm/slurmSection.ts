/** The `slurm` section of a study file, where there is none yet. */
import { parseTree } from 'jsonc-parser';
import * as vscode from 'vscode';

/** Values are places to type in, one after the other. Each line is indented as the first is, and tabs as the file is. */
const section = [
  '"slurm": {',
  '\t"partition": "${1:gpu}",',
  '\t"time": "${2:4:00:00}",',
  '\t"shards": ${3:8},',
  '\t"prologue": ["${4:module load cuda}"]',
  '}',
].join('\n');

/** Opens the study file with a section to fill in; nothing is saved. */
export async function writeSlurmSection(file: string): Promise<void> {
  const editor = await vscode.window.showTextDocument(vscode.Uri.file(file));
  const { document } = editor;
  const root = parseTree(document.getText(), [], { allowTrailingComma: true });
  const last = root?.type === 'object' ? root.children?.at(-1) : undefined;
  // A file that is no object yet is told of by its diagnostics.
  if (last === undefined) return;
  const at = document.positionAt(last.offset + last.length);
  await editor.insertSnippet(new vscode.SnippetString(`,\n${section}`), at);
}
