import { describe, expect, it } from 'vitest';
import { ProgressLine } from '../../../src/cli/progressLine';
import { durationText } from '../../../src/lpcam/durationText';
import { Terminal } from '../../../src/cli/terminal';

class Recorder {
  text = '';
  constructor(
    readonly isTTY = false,
    readonly columns = 80,
  ) {}
  write(text: string): void {
    this.text += text;
  }
}

function terminal(options: { json?: boolean; quiet?: boolean } = {}) {
  const stdout = new Recorder();
  const stderr = new Recorder();
  return {
    stdout,
    stderr,
    terminal: new Terminal(stdout, stderr, { json: options.json ?? false, quiet: options.quiet ?? false }),
  };
}

describe('progress', () => {
  it('writes a plain line for every tenth of a stage where stderr is a file', () => {
    const stream = new Recorder();
    const line = new ProgressLine(stream);
    for (let done = 0; done <= 100; done++) line.show({ stage: 'Making seeds', done, total: 100 });
    const lines = stream.text.trimEnd().split('\n');
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe('Making seeds 0/100');
    expect(lines[10]).toBe('Making seeds 100/100');
    expect(stream.text).not.toContain('\x1b');
  });

  it('starts anew with each stage', () => {
    const stream = new Recorder();
    const line = new ProgressLine(stream);
    line.show({ stage: 'Extracting features', done: 3, total: 4 });
    line.show({ stage: 'Clustering cat', done: 0, total: 2 });
    expect(stream.text).toBe('Extracting features 3/4\nClustering cat 0/2\n');
  });

  it('does not take a figure that moves inside the name for a new stage', () => {
    const stream = new Recorder();
    const line = new ProgressLine(stream);
    for (let done = 1; done <= 9; done++)
      line.show({ stage: `Clustering cat (1 of 2), summed shift ${10 - done}.5`, done, total: 100 });
    expect(stream.text).toBe('Clustering cat (1 of 2), summed shift 9.5 1/100\n');
  });

  it('redraws one line on a terminal, never wider than it, and takes it away', () => {
    const stream = new Recorder(true, 40);
    let now = 0;
    const line = new ProgressLine(stream, () => now);
    line.show({ stage: 'A stage with a very long name', done: 0, total: 10 });
    now = 30;
    line.show({ stage: 'A stage with a very long name', done: 5, total: 10 });
    line.end();
    expect(stream.text).not.toContain('\n');
    const drawn = stream.text.split('\r\x1b[K');
    expect(Math.max(...drawn.map((text) => text.length))).toBeLessThan(40);
    expect(drawn.at(-1)).toBe('');
  });

  it('guesses the time left from the time passed', () => {
    const stream = new Recorder(true, 200);
    let now = 0;
    const line = new ProgressLine(stream, () => now);
    line.show({ stage: 'Seeds', done: 0, total: 4 });
    now = 30;
    line.show({ stage: 'Seeds', done: 1, total: 4 });
    expect(stream.text).toContain('1 min 30 s left');
  });

  it.each([
    [0.2, '0 s'],
    [59.4, '59 s'],
    [65, '1 min 05 s'],
    [3725, '1 h 02 min'],
  ])('says %s seconds as %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

describe('output', () => {
  it('keeps stdout to one JSON document', () => {
    const { terminal: out, stdout, stderr } = terminal({ json: true });
    out.progress({ stage: 'Seeds', done: 0, total: 1 });
    out.note('something');
    out.result({ images: 2 }, () => 'two images');
    expect(JSON.parse(stdout.text)).toEqual({ images: 2 });
    expect(stderr.text).toContain('something');
  });

  it('is silent with --quiet but for the result and faults', () => {
    const { terminal: out, stdout, stderr } = terminal({ quiet: true });
    out.progress({ stage: 'Seeds', done: 0, total: 1 });
    out.notice([{ kind: 'study', message: 'no masks' }]);
    out.fault(['a.jpg cannot be read']);
    out.result({}, () => 'done');
    expect(stdout.text).toBe('done\n');
    expect(stderr.text).toBe('lpcam: a.jpg cannot be read\n');
  });

  it('does not flood a terminal with notices', () => {
    const { terminal: out, stderr } = terminal();
    out.notice(
      Array.from(
        { length: 300 },
        (_, i) => ({ kind: 'image-format', message: `image ${i} is grey` }) as const,
      ),
    );
    const lines = stderr.text.trimEnd().split('\n');
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toContain('280 more');
  });

  it('says a notice once, with its file', () => {
    const { terminal: out, stderr } = terminal();
    const notice = { kind: 'study', message: 'not found', file: '/data/list.txt' } as const;
    out.notice([notice]);
    out.notice([notice]);
    expect(stderr.text).toBe('note: /data/list.txt: not found\n');
  });
});
