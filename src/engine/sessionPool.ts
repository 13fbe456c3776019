/** ONNX Runtime sessions kept open between requests: opening one costs more than running it. */
import type { InferenceSession } from 'onnxruntime-node';
import { DeviceError, runtimeMessage } from './failure';
import { openSession } from './session';
import type { DeviceName } from '../protocol/studyFile';

interface Entry {
  readonly session: Promise<InferenceSession>;
  users: number;
}

/** Each holds a checkpoint's weights and its working memory on the device. */
const mostOpen = 3;

export class SessionPool {
  /** Least recently used first, as a Map keeps the order in which keys were set. */
  readonly #entries = new Map<string, Entry>();

  /**
   * Runs `work` with the session of a graph, opening it when needed. A session in use is never closed.
   * @param key names the graph: checkpoint, variant
   * @param model makes the graph's ONNX bytes; called only when the session has to be opened
   * @throws DeviceError when the device refuses the graph
   */
  async use<T>(
    key: string,
    device: DeviceName,
    model: () => Uint8Array,
    work: (session: InferenceSession) => Promise<T>,
  ): Promise<T> {
    const name = `${device}\0${key}`;
    const entry = this.#entries.get(name) ?? { session: opened(model(), device), users: 0 };
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    entry.users += 1;
    try {
      return await work(await entry.session);
    } catch (error) {
      // What could not be opened is tried anew the next time.
      if (error instanceof DeviceError) this.#entries.delete(name);
      throw error;
    } finally {
      entry.users -= 1;
      await this.#close(mostOpen);
    }
  }

  async #close(most: number): Promise<void> {
    for (const [name, entry] of this.#entries) {
      if (this.#entries.size <= most) return;
      if (entry.users > 0) continue;
      this.#entries.delete(name);
      await entry.session.then((session) => session.release()).catch(() => undefined);
    }
  }

  /** Closes every session that nobody uses. */
  async dispose(): Promise<void> {
    await this.#close(0);
  }
}

async function opened(model: Uint8Array, device: DeviceName): Promise<InferenceSession> {
  try {
    return await openSession(model, device);
  } catch (error) {
    throw new DeviceError(
      `The network cannot be opened on ${device}: ${runtimeMessage(error)} Choose another device in the study or the settings.`,
      { cause: error },
    );
  }
}
