import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { asList, generate, plan } from './generate.ts';

// Time and memory of a whole diagnosis as a ratio to JSON.parse of the same bytes, each in a process of its own, side by
// side; and the counters of the work, which are the same on every machine and have to grow with the cluster, no faster.

const SIZES: Readonly<Record<string, readonly number[]>> = { S: [300, 600, 1200], M: [3000, 12_000] };
const RUNS = 3;

interface Measured {
  readonly milliseconds: number;
  readonly megabytes: number;
  readonly operations?: Readonly<Record<string, number>>;
}

function measure(task: string, file: string): Measured {
  const script = join(import.meta.dirname, 'measure.ts');
  const runs = Array.from({ length: RUNS }, () => {
    const run = spawnSync(process.execPath, ['-C', '@kroot/source', script, task, file], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(run.stderr);
    return JSON.parse(run.stdout) as Measured;
  });
  const sorted = runs.toSorted((a, b) => a.milliseconds - b.milliseconds);
  const median = sorted[Math.floor(RUNS / 2)];
  if (median === undefined) throw new Error('no run');
  return median;
}

function ratio(a: number, b: number): string {
  return (a / b).toFixed(2);
}

const { values } = parseArgs({ options: { size: { type: 'string', default: 'M' } } });
const sizes = SIZES[values.size];
if (sizes === undefined) throw new Error(`--size is one of ${Object.keys(SIZES).join(', ')}`);
const folder = mkdtempSync(join(tmpdir(), 'kroot-bench-'));
let previous: { readonly pods: number; readonly operations: Readonly<Record<string, number>> } | undefined;
try {
  for (const pods of sizes) {
    const file = join(folder, `${pods}.json`);
    writeFileSync(file, asList(generate(plan(pods, { withoutSecret: Math.ceil(pods / 300), deadNodes: 1 }))));
    const megabytes = statSync(file).size / 1e6;
    const reference = measure('parse', file);
    const whole = measure('diagnose', file);
    process.stdout.write(
      `${pods} pods, ${megabytes.toFixed(1)} MB: JSON.parse ${reference.milliseconds.toFixed(0)} ms, diagnosis ${whole.milliseconds.toFixed(0)} ms` +
        ` (ratio ${ratio(whole.milliseconds, reference.milliseconds)}), peak memory ${reference.megabytes.toFixed(0)} and ${whole.megabytes.toFixed(0)} MB` +
        ` (ratio ${ratio(whole.megabytes, reference.megabytes)})\n`,
    );
    const operations = whole.operations ?? {};
    const growth = Object.entries(operations).map(([name, count]) => {
      const before = previous?.operations[name];
      const factor =
        before === undefined || previous === undefined
          ? ''
          : ` (x${ratio(count, before)} for x${ratio(pods, previous.pods)} pods)`;
      if (before !== undefined && previous !== undefined && count / before > (1.15 * pods) / previous.pods)
        process.exitCode = 1;
      return `${name} ${count}${factor}`;
    });
    process.stdout.write(`  ${growth.join(', ')}\n`);
    previous = { pods, operations };
  }
} finally {
  rmSync(folder, { recursive: true });
}
