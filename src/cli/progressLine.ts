/**
 * Progress of a long job on stderr: one line that is rewritten on a terminal, plain lines elsewhere (log files, CI).
 * Hand-written: the packages for it are unmaintained or write a bar into log files, too.
 */
import { durationText } from '../lpcam/durationText';
import type { Sink } from './terminal';
import type { Progress } from '../protocol/progress';

const barWidth = 24;
const clearLine = '\r\x1b[K';
/** Plain lines come at every tenth of a stage. */
const steps = 10;

export class ProgressLine {
  private kind = '';
  private share = 0;
  private step = -1;
  private began = 0;
  private drawn = false;

  constructor(
    private readonly stream: Sink,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {}

  show({ stage, done, total }: Progress): void {
    // Figures inside a stage's name count along; they start no new one.
    const kind = stage.replaceAll(/\d+/g, '');
    const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
    if (kind !== this.kind || share < this.share) {
      this.kind = kind;
      this.step = -1;
      this.began = this.now();
    }
    this.share = share;
    if (this.stream.isTTY === true) this.draw(stage, share, done, total);
    else this.print(stage, share, done, total);
  }

  /** Takes the line away on a terminal, so that other output starts on a clean line. */
  end(): void {
    if (this.drawn) this.stream.write(clearLine);
    this.drawn = false;
  }

  private draw(stage: string, share: number, done: number, total: number): void {
    const filled = Math.round(share * barWidth);
    const bar = '#'.repeat(filled) + '-'.repeat(barWidth - filled);
    const passed = this.now() - this.began;
    const left =
      share > 0.02 && share < 1 && passed > 2 ? `  ${durationText((passed / share) * (1 - share))} left` : '';
    const text = `[${bar}] ${stage}${total > 1 ? ` ${done}/${total}` : ''}${left}`;
    this.stream.write(clearLine + text.slice(0, Math.max(20, (this.stream.columns ?? 80) - 1)));
    this.drawn = true;
  }

  private print(stage: string, share: number, done: number, total: number): void {
    const step = Math.floor(share * steps + 1e-9);
    if (step <= this.step) return;
    this.step = step;
    this.stream.write(total > 1 ? `${stage} ${done}/${total}\n` : `${stage}\n`);
  }
}
