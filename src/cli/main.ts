import { runProgram } from './program';

// `lpcam ... | head` closes the pipe early: that is the reader's right, and no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

void runProgram(process.argv.slice(2), process).then((code) => {
  process.exitCode = code;
});
