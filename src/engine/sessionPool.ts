/** ONNX Runtime sessions kept open between requests: opening one costs more than running it. */
import type { InferenceSession } from 'onnxruntime-node';
import type { OnnxModel } from '../formats/onnxModel';
import { InputError } from '../lpcam/inputError';
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
   * @param model makes the graph; called only when the session has to be opened
   * @throws DeviceError when the device refuses the graph
   */
  async use<T>(
    key: string,
    device: DeviceName,
    model: () => OnnxModel,
    work: (session: InferenceSession) => Promise<T>,
  ): Promise<T> {
    const name = `${device}\0${key}`;
    const entry = this.#entries.get(name) ?? { session: openedOn(model(), device), users: 0 };
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    entry.users += 1;
    let opened = false;
    try {
      const session = await entry.session;
      opened = true;
      return await work(session);
    } catch (error) {
      // What could not be opened is tried anew the next time.
      if (!opened) this.#entries.delete(name);
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

async function openedOn(model: OnnxModel, device: DeviceName): Promise<InferenceSession> {
  try {
    return await openSession(model, device);
  } catch (error) {
    // Weights are read from the checkpoint only now: what is wrong with it is no fault of the device.
    if (error instanceof InputError) throw error;
    throw new DeviceError(
      `The network cannot be opened on ${device}: ${runtimeMessage(error)} Choose another device in the study or the settings.`,
      { cause: error },
    );
  }
}
