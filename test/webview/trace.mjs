/** Chromium's own account of what a page's threads did. */

const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing'];

/**
 * Traces an action.
 * @param {import('playwright-core').CDPSession} cdp
 * @param {() => Promise<unknown>} act
 */
export async function traced(cdp, act) {
  const events = [];
  const collect = ({ value }) => events.push(...value);
  cdp.on('Tracing.dataCollected', collect);
  await cdp.send('Tracing.start', {
    traceConfig: { includedCategories: categories, recordMode: 'recordAsMuchAsPossible' },
    transferMode: 'ReportEvents',
  });
  const result = await act();
  const complete = new Promise((done) => cdp.once('Tracing.tracingComplete', done));
  await cdp.send('Tracing.end');
  await complete;
  cdp.off('Tracing.dataCollected', collect);
  return { events, result };
}

/** The value that a share `q` of them does not exceed. */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

/** Processor time of a page's main thread between two of its marks, milliseconds. */
export function workBetween(events, start, end) {
  const at = (name) => events.find((event) => event.name === name && event.cat.includes('blink.user_timing'));
  const [from, to] = [at(start), at(end)];
  const tasks = events.filter(
    ({ name, pid, tid, ts, dur = 0 }) =>
      name === 'RunTask' && pid === from.pid && tid === from.tid && ts + dur >= from.ts && ts <= to.ts,
  );
  return {
    work: tasks.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1000,
    longest: Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000,
  };
}
