/** Tries devices, each in a process of its own that may crash or hang. */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { DeviceName } from '../protocol/deviceNames';
import { explainCuda } from './cuda/cudaWords';
import { knownMeaning } from './deviceWords';
import { probeAnswerSchema, type ProbeAnswer } from './probeAnswer';

/** A first CUDA start loads gigabytes of libraries from a cold disk; a driver that needs longer hangs. */
const patience = 60_000;
const keptOutput = 4000;

/** The last line of output that says anything, without ONNX Runtime's source paths and colours. */
export function lastReason(text: string): string {
  const lines = text
    // eslint's control-character rule: built from a code, the escape never stands in the pattern.
    .replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.at(-1) ?? '';
}

/** Without ONNX Runtime's file, line and signature in front, which tell a person nothing. */
export function plainReason(reason: string): string {
  const known = knownMeaning(reason);
  if (known !== null) return known;
  return reason.replace(/^\/\S+\.cc:\d+ .*?(was false\. |\[ONNXRuntimeError\] : \d+ : \w+ : )/s, '').trim();
}

/**
 * Tries a device in a forked process.
 * @param script path of the built `probe.ts`
 * @returns what came of it; a crash or a hang makes it unusable with a reason, nothing is thrown
 */
export async function probeDevice(
  device: DeviceName,
  script: string,
  timeout = patience,
): Promise<ProbeAnswer> {
  const unusable = (reason: string): ProbeAnswer => ({ usable: false, caveat: '', reason, half: '' });
  if (!existsSync(script)) return unusable(`it could not be tried: ${script} is missing`);
  return new Promise((resolve) => {
    const env: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    delete env['NODE_OPTIONS'];
    const child = fork(script, [device], {
      env,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    let answer: ProbeAnswer | null = null;
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-keptOutput);
    });
    const timer = setTimeout(() => {
      // It may have answered already and hang in what it measures last.
      answer ??= unusable(`it did not answer within ${timeout / 1000} s`);
      child.kill('SIGKILL');
    }, timeout);
    child.on('message', (message) => {
      const parsed = probeAnswerSchema.safeParse(message);
      if (!parsed.success) return;
      const { reason, half } = parsed.data;
      answer = {
        ...parsed.data,
        reason: plainReason(reason),
        half: typeof half === 'string' ? plainReason(half) : half,
      };
    });
    child.once('error', (error) => {
      answer ??= unusable(`it could not be tried: ${error.message}`);
      // A process that never started has no exit to wait for.
      if (child.pid === undefined) finish();
    });
    // `close`, not `exit`: by then every message and all output has arrived.
    child.once('close', (code, signal) => {
      const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
      const words = lastReason(said);
      answer ??= unusable(`it crashed when tried (${how})${words === '' ? '' : `: ${words}`}`);
      finish();
    });
    function finish(): void {
      clearTimeout(timer);
      const found = answer ?? unusable('it gave no answer');
      // What ONNX Runtime writes to its log says more than what it throws.
      const known = found.usable || device !== 'cuda' ? null : explainCuda(`${said}\n${found.reason}`);
      resolve(known === null ? found : { ...found, reason: known });
    }
  });
}
