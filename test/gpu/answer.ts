/** Answers the process that started this one with one message, and is gone before a driver can crash at its end. */
export function answer(work: () => Promise<unknown>): void {
  Promise.resolve()
    .then(work)
    .then(
      (result) => process.send?.(result, () => process.kill(process.pid, 'SIGKILL')),
      (error: unknown) => {
        const [message, stack] =
          error instanceof Error ? [error.message, error.stack ?? ''] : [String(error), ''];
        // What went wrong is the last line, where it is looked for.
        const line = message.replaceAll(/\s*\n\s*/g, ' ');
        process.stderr.write(`${stack}\n${line}\n`, () => process.exit(1));
      },
    );
}
