/** The child's end of a process that the extension host forked and owns. */
import type { EngineMessage } from '../protocol/engine';
import { Server, type Handlers } from './server';

/** Answers the parent until it is gone; what nobody expected ends the process with its stack on the error output. */
export function serveParent(handlers: () => Handlers): void {
  const send = process.send?.bind(process);
  if (send === undefined) {
    process.stderr.write(
      'This is a process of LPCAM Lens; the extension starts it. For the command line use lpcam.\n',
    );
    process.exitCode = 2;
    return;
  }
  const fatal = (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${text}\n`, () => process.exit(1));
  };
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);
  // Nobody is left to answer.
  process.on('disconnect', () => process.exit(0));
  const server = new Server(handlers(), (message: EngineMessage) => {
    send(message, (error: Error | null) => {
      if (error !== null && process.connected) fatal(error);
    });
  });
  process.on('message', (message) => server.receive(message));
}
