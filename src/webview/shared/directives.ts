/** lit directives for what a strict CSP keeps out of attributes: canvases that draw themselves, and styles. */
import { noChange } from 'lit';
import { Directive, directive, PartType, type ElementPart, type PartInfo } from 'lit/directive.js';

function elementOnly(info: PartInfo, name: string): void {
  if (info.type !== PartType.ELEMENT) throw new Error(`${name} belongs on an element, not in an attribute.`);
}

type Draw = (context: CanvasRenderingContext2D, canvas: HTMLCanvasElement) => void;

class Painted extends Directive {
  #key: readonly unknown[] | null = null;

  constructor(info: PartInfo) {
    super(info);
    elementOnly(info, 'painted');
  }

  // Its parameters are those of `update`, which does the work.
  render(...[]: [key: readonly unknown[], draw: Draw]): unknown {
    return noChange;
  }

  override update(part: ElementPart, [key, draw]: [readonly unknown[], Draw]): unknown {
    const same = this.#key?.length === key.length && this.#key.every((value, i) => Object.is(value, key[i]));
    if (same) return noChange;
    this.#key = key;
    const canvas = part.element as HTMLCanvasElement;
    const context = canvas.getContext('2d');
    if (context) draw(context, canvas);
    return noChange;
  }
}

/** `<canvas ${painted([what, it, depends, on], draw)}>`: draws again only when something in the list is another. */
export const painted = directive(Painted);

class Styled extends Directive {
  readonly #set = new Map<string, string>();

  constructor(info: PartInfo) {
    super(info);
    elementOnly(info, 'styled');
  }

  render(...[]: [properties: Readonly<Record<string, string>>]): unknown {
    return noChange;
  }

  override update(part: ElementPart, [properties]: [Readonly<Record<string, string>>]): unknown {
    const { style } = part.element as HTMLElement;
    for (const [name, value] of Object.entries(properties)) {
      if (this.#set.get(name) === value) continue;
      this.#set.set(name, value);
      style.setProperty(name, value);
    }
    return noChange;
  }
}

/** `<i ${styled({ '--colour': red })}>`: sets properties through the CSSOM, which a CSP without inline styles allows. */
export const styled = directive(Styled);
