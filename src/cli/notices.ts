import type { Notice } from '../lpcam/notice';

/** Remembers which notices were said. */
export class Notices {
  private readonly said = new Set<string>();

  /** The texts of those not said before, each naming its file. */
  unsaid(notices: readonly Notice[]): string[] {
    const texts: string[] = [];
    for (const { message, file } of notices) {
      const text = file === undefined || message.includes(file) ? message : `${file}: ${message}`;
      if (this.said.has(text)) continue;
      this.said.add(text);
      texts.push(text);
    }
    return texts;
  }
}
