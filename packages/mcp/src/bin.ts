#!/usr/bin/env node
import { homedir } from 'node:os';
import process from 'node:process';
import { parseCommandLine } from './command-line.ts';
import { errorLine } from './errors.ts';
import { serve } from './serve.ts';

try {
  const asked = parseCommandLine(process.argv.slice(2));
  if ('text' in asked) process.stdout.write(asked.text);
  else
    await serve(asked.flags, {
      env: process.env,
      cwd: process.cwd(),
      home: homedir(),
      stderr: process.stderr,
      now: () => Date.now(),
    });
} catch (error) {
  process.stderr.write(`kroot-mcp: ${errorLine(error)}\n`);
  process.exitCode = 2;
}
