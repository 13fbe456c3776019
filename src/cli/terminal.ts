/** Where a command writes: results on stdout, everything else on stderr, so that `--json` can be piped. */
import { Notices } from './notices';
import { ProgressLine } from './progressLine';
import type { Notice } from '../lpcam/notice';
import type { Progress } from '../protocol/progress';

/** The part of a stream that a command needs. */
export interface Sink {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface TerminalOptions {
  /** One JSON document on stdout instead of text for people. */
  readonly json: boolean;
  /** Nothing on stderr but errors. */
  readonly quiet: boolean;
}

/** Lines of one kind that a terminal is given at once. */
const shown = 20;

export class Terminal {
  private readonly line: ProgressLine;
  private readonly notices = new Notices();

  constructor(
    private readonly stdout: Sink,
    private readonly stderr: Sink,
    private readonly options: TerminalOptions,
  ) {
    this.line = new ProgressLine(stderr);
  }

  /** The result of the command: `value` with `--json`, else the text that `render` makes of it. */
  result(value: unknown, render: () => string): void {
    this.line.end();
    this.stdout.write((this.options.json ? JSON.stringify(value, null, 2) : render()) + '\n');
  }

  /** Something worth knowing that is not the result. */
  note(text: string): void {
    if (this.options.quiet) return;
    this.line.end();
    this.stderr.write(text + '\n');
  }

  /** Notices of the engine; each one is said once, also when every image repeats it. */
  notice(notices: readonly Notice[]): void {
    const texts = this.notices.unsaid(notices);
    for (const text of texts.slice(0, shown)) this.note(`note: ${text}`);
    if (texts.length > shown) this.note(`note: ... and ${texts.length - shown} more (--json lists all)`);
  }

  /** Faults of single files in a job that went on; said also with `--quiet`, the first ones in full. */
  fault(messages: readonly string[]): void {
    this.line.end();
    for (const message of messages.slice(0, shown)) this.stderr.write(`lpcam: ${message}\n`);
    const more = messages.length - shown;
    if (more > 0) this.stderr.write(`lpcam: ... and ${more} more (--json lists all)\n`);
  }

  readonly progress = (progress: Progress): void => {
    if (!this.options.quiet) this.line.show(progress);
  };

  /** Takes the progress line away; what was written before stays. */
  endProgress(): void {
    this.line.end();
  }
}
