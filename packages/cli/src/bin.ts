#!/usr/bin/env node
import process from 'node:process';

// The client library fails at import on older versions, so this comes before any other import.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`kroot needs Node.js 22.19 or newer; this is ${process.versions.node}\n`);
  process.exit(2);
}

// A reader that has seen enough (`| head`) is no failure: what it does not want is dropped, the exit code stays.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (!('code' in error && error.code === 'EPIPE')) throw error;
  });
}

const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
});
