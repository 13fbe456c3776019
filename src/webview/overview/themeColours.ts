/** The theme's colours as canvases need them. */
import type { FateKind } from '../../lpcam/gating';
import type { MatrixColours } from '../checkpoint/cosineMatrix';
import { colourOf } from '../checkpoint/matrixParts';

export interface ThemeColours extends MatrixColours {
  readonly fates: Readonly<Record<FateKind, string>>;
  readonly lineText: string;
  readonly faint: string;
  /** Another one whenever a colour is. */
  readonly key: string;
}

/** @param root where the gallery's own colours apply */
export function themeColours(root: HTMLElement): ThemeColours {
  const style = getComputedStyle(root.querySelector('.gallery') ?? root);
  const background = colourOf(getComputedStyle(document.body).backgroundColor);
  const foreground = colourOf(style.color);
  const mixed = (share: number) =>
    background.map((part, i) => Math.round(part * (1 - share) + (foreground[i] ?? 0) * share));
  const [red = 0, green = 0, blue = 0] = mixed(0.22);
  const variable = (name: string) => style.getPropertyValue(name).trim();
  const faint = `rgb(${mixed(0.66).join(' ')})`;
  const colours = {
    background,
    foreground: style.color,
    line: [red, green, blue] as const,
    lineText: `rgb(${mixed(0.2).join(' ')})`,
    faint,
    font: `11px ${style.fontFamily}`,
    fates: { class: variable('--class-colour'), context: variable('--context-colour'), rejected: faint },
  };
  return { ...colours, key: JSON.stringify(colours) };
}
