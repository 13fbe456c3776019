/** The engine process: forked by the extension host, which owns it. Native code lives and dies here. */
import type { EngineMessage } from '../protocol/engine';
import { Engine } from './engine';
import { Server } from './server';

function main(): void {
  const send = process.send?.bind(process);
  if (send === undefined) {
    process.stderr.write(
      'This is the engine of LPCAM Lens; the extension starts it. For the command line use lpcam.\n',
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
  const server = new Server(new Engine(), (message: EngineMessage) => {
    send(message, (error: Error | null) => {
      if (error !== null && process.connected) fatal(error);
    });
  });
  process.on('message', (message) => server.receive(message));
}

main();
