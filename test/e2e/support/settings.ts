/** What scripts/testE2e.mjs tells the tests, through the environment. */

type Setting =
  /** The packaged extension. */
  | 'LPCAM_VSIX'
  /** The browser's program. */
  | 'LPCAM_BROWSER'
  /** Where results are recorded. */
  | 'LPCAM_TEST_RECORD'
  /** The folder for screenshots and logs. */
  | 'LPCAM_TEST_RESULTS';

/** @throws Error when the tests were started by hand */
export function setting(name: Setting): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the tests by "npm test e2e".`);
  return value;
}
