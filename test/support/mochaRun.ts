/** Runs mocha on bundled test files and keeps a record of the results in a file, for the program that waits. */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

export interface MochaRecord {
  readonly passed: string[];
  readonly failed: { title: string; error: string }[];
  readonly skipped: string[];
  /** The test or hook that is running: what was being done, should the process end here. */
  running: string | undefined;
  /** Whether mocha came to its end. */
  finished: boolean;
}

export interface MochaRunOptions {
  readonly files: readonly string[];
  /** Where the record is written, anew after each test, so that a crash loses nothing. */
  readonly recordFile: string;
  /** Milliseconds a test may take. */
  readonly timeout: number;
  /** Runs only the tests whose full title contains this. */
  readonly grep: string | undefined;
}

function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack?.includes(error.message) ? error.stack : `${error.message}\n${error.stack ?? ''}`;
  return error.cause === undefined ? text : `${text}\nCaused by: ${errorText(error.cause)}`;
}

/**
 * Runs the tests and prints each result as it comes.
 * @returns how many tests failed
 */
export async function runMocha(options: MochaRunOptions): Promise<number> {
  const mocha = new Mocha({ ui: 'bdd', timeout: options.timeout, color: false });
  // The base of mocha's reporters prints nothing by itself; results are printed and kept below.
  mocha.reporter(Mocha.reporters.Base);
  if (options.grep) mocha.fgrep(options.grep);
  for (const file of options.files) mocha.addFile(file);
  await mocha.loadFilesAsync();

  const record: MochaRecord = { passed: [], failed: [], skipped: [], running: undefined, finished: false };
  const save = () => writeFileSync(options.recordFile, JSON.stringify(record));
  save();
  return new Promise((resolve) => {
    const runner = mocha.run((failures) => {
      record.finished = true;
      record.running = undefined;
      save();
      resolve(failures);
    });
    const started = (test: { fullTitle(): string }) => {
      record.running = test.fullTitle();
      save();
    };
    runner.on('hook', started);
    runner.on('test', started);
    runner.on('pass', (test) => {
      record.passed.push(test.fullTitle());
      console.log(`  passed   ${test.fullTitle()} (${test.duration ?? 0} ms)`);
      save();
    });
    runner.on('fail', (test, error: unknown) => {
      const text = errorText(error);
      record.failed.push({ title: test.fullTitle(), error: text });
      console.log(`  FAILED   ${test.fullTitle()}\n${text.replace(/^/gm, '           ')}`);
      save();
    });
    runner.on('pending', (test) => {
      record.skipped.push(test.fullTitle());
      console.log(`  skipped  ${test.fullTitle()}`);
      save();
    });
  });
}
