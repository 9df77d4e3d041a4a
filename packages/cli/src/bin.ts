#!/usr/bin/env node
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';

// The client library fails at import on older versions, so this comes before any other import.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`kroot needs Node.js 22.19 or newer; this is ${process.versions.node}\n`);
  process.exit(2);
}

// Pages are decoded one after the other and little of them stays: a young generation that does not grow with them halves the
// memory of a large run, for a few per cent of time.
setFlagsFromString('--semi-space-growth-factor=1');

const { allowClosedPipe } = await import('./closed-pipe.ts');
allowClosedPipe(process.stdout);
allowClosedPipe(process.stderr);

const [{ main }, { programName }] = await Promise.all([import('./main.ts'), import('./program-name.ts')]);
process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  program: programName(process.argv[1]),
  onInterrupt(listener) {
    // Taken off by the first one, so that the second ends the process as it ends any other.
    process.once('SIGINT', listener);
    return () => {
      process.off('SIGINT', listener);
    };
  },
});
