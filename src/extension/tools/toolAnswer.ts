/** A tool's answer: short JSON text and, where VS Code can pass it on, a picture. */
import * as vscode from 'vscode';
import type { Failure } from '../../protocol/failure';

/** VS Code has it since 1.106; older versions get the path in the text alone. */
interface DataParts {
  readonly LanguageModelDataPart?: {
    image(data: Uint8Array, mime: string): vscode.LanguageModelTextPart;
  };
}

/** @param picture PNG bytes; null: none */
export function toolAnswer(value: object, picture: Uint8Array | null): vscode.LanguageModelToolResult {
  const parts = [new vscode.LanguageModelTextPart(JSON.stringify(value))];
  const { LanguageModelDataPart } = vscode as DataParts;
  if (picture !== null && LanguageModelDataPart)
    parts.push(LanguageModelDataPart.image(picture, 'image/png'));
  return new vscode.LanguageModelToolResult(parts);
}

/** A failure as VS Code wants it told: an error whose message helps a language model on. */
export function toolError(failure: Failure): Error {
  return failure.kind === 'cancelled' ? new vscode.CancellationError() : new Error(failure.message);
}

/** A fraction 0..1 as a percentage with two digits, as the panels show it. */
export function percentage(share: number | null): number | null {
  return share === null ? null : Math.round(share * 10_000) / 100;
}
