/** Counts of tests, whoever ran them. */
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/** @returns {Tally} */
export const noTests = () => ({ passed: 0, failed: 0, skipped: 0 });

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  const total = noTests();
  for (const tally of tallies) {
    total.passed += tally.passed;
    total.failed += tally.failed;
    total.skipped += tally.skipped;
  }
  return total;
}

/**
 * @param {Tally} tally
 * @returns {string}
 */
export function tallyLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * The counts of vitest's JSON report. A file that could not be loaded counts as one failed test.
 * @param {string} path
 * @returns {Tally}
 */
export function vitestTally(path) {
  if (!existsSync(path)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const broken = report.testResults.filter(
    (/** @type {{status: string, assertionResults: {status: string}[]}} */ file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * The counts of a record of test/support/mochaRun.ts. A run that did not come to its end counts as one
 * failed test.
 * @param {string} path
 * @returns {Tally}
 */
export function mochaTally(path) {
  if (!existsSync(path)) {
    console.log('  FAILED   no test ran');
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const record = JSON.parse(readFileSync(path, 'utf8'));
  if (!record.finished)
    console.log(`  FAILED   the run ended early, during: ${record.running ?? 'its start'}`);
  return {
    passed: record.passed.length,
    failed: record.failed.length + (record.finished ? 0 : 1),
    skipped: record.skipped.length,
  };
}
