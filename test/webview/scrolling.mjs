/**
 * Measures what scrolling through the prototype gallery costs: the time between frames, which a busy machine makes longer,
 * and the processor time of the page's main thread per frame, which it does not; a frame may take 16.7 ms.
 *
 *   node test/webview/scrolling.mjs [--classes 125] [--frames 240] [--repeats 3] [--json]
 *
 * The bank is made of formulas: 40 centres of 8 patches each per class, 125 classes are 40,000 patches.
 */
import { parseArgs } from 'node:util';
import { openGallery, openSite, syntheticBank } from './gallery.mjs';
import { quantile, traced } from './trace.mjs';

/** Pixels per frame: reading, a quick wheel, and dragging the scroll bar, where every frame shows other cards. */
const speeds = { slow: 24, wheel: 160, drag: 1400 };

/**
 * Runs in the page: answers for pictures there, as structured clones, like the extension host's; what the harness's own
 * way into the page costs is no part of the product.
 */
function pictureHost() {
  const noise = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i % 4 === 3 ? 255 : (i * i * 31) >> 5));
  const answer = ({ ticket, patches, size }) => {
    const bytes = size * size * 4;
    const crops = patches.map(({ row, column }) => {
      const from = ((row * 131 + column * 17) * 4) % (noise.length - bytes);
      return noise.slice(from - (from % 4), from - (from % 4) + bytes);
    });
    window.postMessage({ type: 'gallery.thumbnails', ticket, size, crops }, '*');
  };
  const { acquireVsCodeApi } = window;
  window.acquireVsCodeApi = () => {
    const api = acquireVsCodeApi();
    return {
      ...api,
      postMessage: (message) =>
        message.type === 'gallery.thumbnails' ? setTimeout(answer, 0, message) : api.postMessage(message),
    };
  };
}

/** Runs in the page: scrolls for some frames and back, and gives the times between frames. */
async function scroll({ frames, step }) {
  const grid = document.querySelector('.grid');
  const times = [];
  let nodes = 0;
  let drawn = 0;
  let last = 0;
  let way = step;
  await new Promise((done) => {
    const frame = (now) => {
      if (last > 0) times.push(now - last);
      last = now;
      if (grid.scrollTop + way > grid.scrollHeight - grid.clientHeight || grid.scrollTop + way < 0)
        way = -way;
      grid.scrollTop += way;
      nodes = Math.max(nodes, document.getElementsByTagName('*').length);
      if (times.length >= frames) done();
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await new Promise((done) => setTimeout(done, 400));
  drawn = document.querySelectorAll('.patch:not(.skeleton)').length;
  return { times, nodes, drawn };
}

/** Processor time of the page's main thread between one animation frame and the next, milliseconds. */
function workPerFrame(events) {
  const frames = events.filter(({ name }) => name === 'FireAnimationFrame');
  const [{ pid, tid } = {}] = frames;
  const own = events.filter((event) => event.pid === pid && event.tid === tid);
  const starts = [...new Set(frames.map(({ ts }) => ts))].sort((a, b) => a - b);
  const work = starts.slice(1).map(() => 0);
  for (const { name, ts, tdur = 0 } of own) {
    if (name !== 'RunTask') continue;
    // Frames fire inside their task, which began a little before.
    const at = starts.findIndex((start, i) => ts <= start && (i === 0 || ts > starts[i - 1]));
    if (at > 0) work[at - 1] += tdur / 1000;
  }
  return work;
}

/** One page, one speed: first over cards never seen, whose pictures arrive meanwhile, then over the same again. */
async function measure(site, { frames, step }) {
  const gallery = await openGallery(site, { width: 1200, height: 900, prepare: pictureHost });
  const { page } = gallery;
  const cdp = await page.context().newCDPSession(page);
  await page.locator('.patch:not(.skeleton)').first().waitFor();
  await page.waitForTimeout(1000);
  const rounds = {};
  for (const round of ['fresh', 'again']) {
    await page.evaluate(() => (document.querySelector('.grid').scrollTop = 0));
    await page.waitForTimeout(500);
    const { events, result } = await traced(cdp, () => page.evaluate(scroll, { frames, step }));
    const work = workPerFrame(events);
    rounds[round] = {
      frame: { median: quantile(result.times, 0.5), p95: quantile(result.times, 0.95) },
      work: { median: quantile(work, 0.5), p95: quantile(work, 0.95), most: Math.max(...work) },
      nodes: result.nodes,
      drawn: result.drawn,
      ...(process.env.EVENTS ? { events } : {}),
    };
  }
  if (gallery.faults.length > 0) throw new Error(gallery.faults.join('\n'));
  await gallery.close();
  return rounds;
}

/** The best of several: other programs only ever make it slower. */
export async function measureScrolling({ classes = 125, frames = 240, repeats = 3 } = {}) {
  const bank = syntheticBank({ classes });
  const patches = bank.bank.centres.reduce((sum, centre) => sum + centre.patches.length, 0);
  const site = await openSite({ bank });
  try {
    const runs = [];
    for (const [speed, step] of Object.entries(speeds)) {
      const tries = [];
      for (let i = 0; i < repeats; i++) tries.push(await measure(site, { frames, step }));
      for (const round of ['fresh', 'again']) {
        const best = tries.map((one) => one[round]).sort((a, b) => a.work.p95 - b.work.p95)[0];
        runs.push({ speed, step, round, ...best });
      }
    }
    return { centres: bank.bank.centres.length, patches, runs };
  } finally {
    await site.close();
  }
}

export function scrollingText({ centres, patches, runs }) {
  const ms = (value) => value.toFixed(1).padStart(6);
  return [
    `== gallery: ${centres} centres, ${patches} patches; milliseconds per frame (60 a second: 16.7)`,
    '                      frame            main thread, processor time   nodes in',
    '                      median    p95    median    p95    most         the page',
    ...runs.map(
      ({ speed, step, round, frame, work, nodes }) =>
        `${speed.padEnd(6)}${String(step).padStart(5)} px ${round.padEnd(6)} ${ms(frame.median)} ${ms(frame.p95)}    ${ms(work.median)} ${ms(work.p95)}  ${ms(work.most)}         ${String(nodes).padStart(8)}`,
    ),
  ].join('\n');
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      classes: { type: 'string', default: '125' },
      frames: { type: 'string', default: '240' },
      repeats: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  });
  const figures = await measureScrolling({
    classes: Number(values.classes),
    frames: Number(values.frames),
    repeats: Number(values.repeats),
  });
  console.log(values.json ? JSON.stringify(figures, null, 2) : scrollingText(figures));
}
