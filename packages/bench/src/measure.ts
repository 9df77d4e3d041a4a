import { readFileSync } from 'node:fs';
import { builtinAnalyzers } from '@kroot/analyzers';
import { readSnapshot } from '@kroot/cluster';
import { diagnose } from '@kroot/engine';

// One measured run in a process of its own: `parse FILE` or `diagnose FILE`; prints one line of JSON.

const [task, file = ''] = process.argv.slice(2);
const start = performance.now();
const operations = task === 'parse' ? parseOnly() : await diagnosis();
const milliseconds = performance.now() - start;
const megabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ milliseconds, megabytes, ...(operations === undefined ? {} : { operations }) }));

function parseOnly(): undefined {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (parsed === null) throw new Error('empty');
}

async function diagnosis(): Promise<object> {
  return diagnose(await readSnapshot(file), { analyzers: builtinAnalyzers }).operations;
}
