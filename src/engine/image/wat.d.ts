/** WebAssembly text, assembled by the build (scripts/wat.mjs). */
declare module '*.wat' {
  /** The exports of a new instance. */
  export function instantiate(): Readonly<Record<string, unknown>>;
}
