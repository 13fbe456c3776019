/** The packaged command line: another way to the same numbers, without a window. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { readNpy } from '../../../src/formats/npy';
import type { Vscode } from './vscode';

const run = promisify(execFile);

/** Runs `lpcam` out of the installed package. @returns what it prints with --json */
export async function lpcam(vscode: Vscode, ...args: string[]): Promise<unknown> {
  const extensions = join(vscode.profile, 'extensions');
  const name = readdirSync(extensions).find((folder) => folder.startsWith('lpcam-lens.'));
  if (name === undefined) throw new Error(`No LPCAM Lens in ${extensions}.`);
  const program = join(extensions, name, 'dist', 'lpcam.cjs');
  const { stdout } = await run(process.execPath, [program, ...args, '--json'], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

/** What `lpcam explain` wrote of one class of an image, [height, width]. */
export interface ExplainedMaps {
  readonly cam: Float32Array;
  readonly lpcam: Float32Array;
  readonly classPrototypes: number;
  readonly contextPrototypes: number;
}

interface ExplainAnswer {
  readonly images: readonly {
    readonly image: string;
    readonly classes: readonly {
      readonly name: string;
      readonly files: { readonly cam: string; readonly lpcam?: string };
      readonly classPrototypes: number;
      readonly contextPrototypes: number;
    }[];
  }[];
}

function readMap(path: string): Float32Array {
  const { data } = readNpy(readFileSync(path), path);
  if (!(data instanceof Float32Array)) throw new Error(`${path} is not float32.`);
  return data;
}

/**
 * The maps of images by the command line.
 *
 * @returns by image name without its ending, then by class
 */
export async function explainByCommandLine(
  vscode: Vscode,
  { images, study, out, bank }: { images: readonly string[]; study: string; out: string; bank?: string },
): Promise<ReadonlyMap<string, ReadonlyMap<string, ExplainedMaps>>> {
  const other = bank === undefined ? [] : ['--bank', bank];
  const answer = await lpcam(vscode, 'explain', ...images, '--study', study, ...other, '--out', out);
  return new Map(
    (answer as ExplainAnswer).images.map(({ image, classes }) => [
      basename(image, extname(image)),
      new Map(
        classes.map(({ name, files, classPrototypes, contextPrototypes }) => {
          if (files.lpcam === undefined) throw new Error(`No LPCAM of ${name} in ${image}: is there a bank?`);
          const maps = { cam: readMap(files.cam), lpcam: readMap(files.lpcam) };
          return [name, { ...maps, classPrototypes, contextPrototypes }];
        }),
      ),
    ]),
  );
}
