/** `lpcam`: the main job without an editor, for batch runs, clusters and CI. */
import { Command } from 'commander';
import { version } from '../../package.json';
import { endingOf } from './exitCode';
import { Interrupt } from './interrupt';
import { Terminal, type Sink } from './terminal';
import type { CommonOptions } from './commonOptions';
import { addCompare } from './compare';
import { addConvert } from './convert';
import { addEvaluate } from './evaluate';
import { addExplain } from './explain';
import { addFeatures } from './features';
import { addInspect } from './inspect';
import { addPrototypes } from './prototypes';
import { addSeeds } from './seeds';
import { addSlurm } from './slurm';
import { addStatus } from './status';

/** What a command works with. */
export interface Job {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Streams of the process, or of a test. */
export interface Streams {
  readonly stdout: Sink;
  readonly stderr: Sink;
}

/** Runs a command's job; resolves to the exit code when it is not 0. */
export type RunJob = (
  options: CommonOptions,
  job: (job: Job) => Promise<number | undefined>,
) => Promise<void>;

/**
 * Runs the program.
 * @param args the arguments behind the program's name
 * @returns the exit code
 */
export async function runProgram(args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  let code = 0;
  const interrupt = new Interrupt();
  let terminal = new Terminal(stdout, stderr, { json: false, quiet: false });
  const runJob: RunJob = async (options, job) => {
    terminal = new Terminal(stdout, stderr, {
      json: options.json === true,
      quiet: options.quiet === true,
    });
    code = (await job({ terminal, signal: interrupt.signal })) ?? 0;
  };

  const program = new Command('lpcam')
    .description('CAM and LPCAM of an image classifier: prototypes, maps, seeds and their scores.')
    .version(version)
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .exitOverride()
    .showHelpAfterError('(lpcam --help lists the commands, lpcam COMMAND --help its options)');
  const commands = [
    addInspect,
    addConvert,
    addFeatures,
    addPrototypes,
    addExplain,
    addSeeds,
    addEvaluate,
    addCompare,
    addSlurm,
    addStatus,
  ];
  for (const add of commands) add(program, runJob);
  for (const command of program.commands) command.copyInheritedSettings(program);

  try {
    await program.parseAsync(args, { from: 'user' });
    if (interrupt.signal.aborted) code = endingOf(undefined, true).code;
    return code;
  } catch (error) {
    terminal.endProgress();
    const ending = endingOf(error, interrupt.signal.aborted);
    if (ending.text !== '') stderr.write(ending.text + '\n');
    return ending.code;
  } finally {
    interrupt.dispose();
  }
}
