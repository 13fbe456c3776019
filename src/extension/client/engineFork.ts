/** How the processes beside the extension host are started. */
import type { ForkOptions } from 'node:child_process';

/**
 * The environment of the engine: ours, less what would make it stop for a debugger. In desktop VS Code the program
 * that runs us is Electron, which is Node only when told so.
 */
function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const clean = { ...env };
  delete clean['NODE_OPTIONS'];
  delete clean['VSCODE_INSPECTOR_OPTIONS'];
  return {
    // glibc keeps freed blocks of up to 32 MB for itself; of weights that ONNX Runtime rearranges that is most of them.
    // What is larger than this many bytes goes back to the system at once.
    MALLOC_MMAP_THRESHOLD_: '1048576',
    ...clean,
    ELECTRON_RUN_AS_NODE: '1',
  };
}

/** @param env the environment of the process that forks */
export function engineForkOptions(env: NodeJS.ProcessEnv): ForkOptions {
  return {
    serialization: 'advanced',
    // What weights leave behind on their way through JavaScript is collected before ONNX Runtime takes as much again.
    execArgv: ['--expose-gc'],
    env: environment(env),
  };
}
