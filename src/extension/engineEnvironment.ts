/** What the engine is told of the machine beyond what it finds itself: where CUDA's files may be. */
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { cudaFolder } from './settings';

/** Names under which a workspace usually keeps its Python environment. */
const usualNames = ['.venv', 'venv', 'env', '.conda'];

/** The environment of an interpreter, or of a folder named in its place. */
function environmentOf(path: string): string {
  return /[\\/](bin|Scripts)[\\/]python[\w.]*$/i.test(path) ? dirname(dirname(path)) : path;
}

function property(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? (of as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** The interpreter chosen in the Python extension, if that runs; it is not started for our sake. */
function chosenInterpreter(folder: vscode.Uri | undefined): string | null {
  const python = vscode.extensions.getExtension('ms-python.python');
  if (!python?.isActive) return null;
  const environments = property(python.exports, 'environments');
  const ask = property(environments, 'getActiveEnvironmentPath');
  if (typeof ask !== 'function') return null;
  const path = property(Reflect.apply(ask, environments, [folder]), 'path');
  return typeof path === 'string' && isAbsolute(path) ? path : null;
}

function statedInterpreter(folder: vscode.Uri | undefined): string | null {
  const stated = vscode.workspace.getConfiguration('python', folder).get<unknown>('defaultInterpreterPath');
  if (typeof stated !== 'string') return null;
  const path = stated.replace(/\$\{workspaceFolder\}/g, folder?.fsPath ?? '');
  return isAbsolute(path) ? path : null;
}

/** Folders of the workspace's Python environments, the chosen one first. None of their programs is run. */
function pythonEnvironments(): string[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  const local = folders.filter(({ scheme }) => scheme === 'file');
  const asked = folders.length === 0 ? [undefined] : local;
  const interpreters = asked.flatMap((folder) => [chosenInterpreter(folder), statedInterpreter(folder)]);
  const named = interpreters.filter((path) => path !== null).map(environmentOf);
  const usual = local.flatMap(({ fsPath }) => usualNames.map((name) => join(fsPath, name)));
  return [...new Set([...named, ...usual])];
}

/** The environment in which the engine is started; read anew at each start. */
export function engineEnvironment(): NodeJS.ProcessEnv {
  const folder = cudaFolder();
  return {
    ...process.env,
    ...(folder !== '' && { LPCAM_CUDA_FOLDER: folder }),
    LPCAM_PYTHON_ENVIRONMENTS: pythonEnvironments().join(delimiter),
  };
}
