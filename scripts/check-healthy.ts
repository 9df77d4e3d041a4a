// Runs the built command line on captures of healthy clusters: no critical, at most two warnings, less than five seconds.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? '';
const bin = join(import.meta.dirname, '../packages/cli/dist/bin.js');
const MAX_WARNINGS = 2;
const MAX_SECONDS = 5;

interface Entry {
  readonly severity: string;
  readonly rule: string;
  readonly message?: string;
}

for (const file of readdirSync(folder).toSorted()) {
  const start = performance.now();
  const run = spawnSync(
    process.execPath,
    [bin, 'diagnose', 'cluster', '-A', '-o', 'json', '-q', '-f', join(folder, file)],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  );
  const seconds = (performance.now() - start) / 1000;
  const report = JSON.parse(run.stdout) as {
    readonly diagnoses: readonly Entry[];
    readonly unexplained: readonly Entry[];
  };
  const all = [...report.diagnoses, ...report.unexplained];
  const count = (severity: string): number => all.filter((entry) => entry.severity === severity).length;
  process.stdout.write(
    `${file}: ${count('critical')} critical, ${count('warning')} warnings, ${seconds.toFixed(2)} s\n`,
  );
  for (const { severity, rule, message } of all) {
    if (severity !== 'info') process.stdout.write(`  ${severity} ${rule}: ${message ?? ''}\n`);
  }
  if (count('critical') > 0 || count('warning') > MAX_WARNINGS || seconds >= MAX_SECONDS) process.exitCode = 1;
}
