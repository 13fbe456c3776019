/** The engine, in this process. Loaded when a command needs it: help and scoring work without native code. */
import type { Engine } from '../engine/engine';

export async function openEngine(): Promise<Engine> {
  const { Engine } = await import('../engine/engine');
  return new Engine();
}
