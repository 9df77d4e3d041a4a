import { existsSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { assetsWithControllers } from './assets.ts';
import { auditedSince, auditMark } from './audit.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { type Cost, measured } from './measured.ts';
import { populate } from './populate.ts';

// A real control plane with pods on the nodes of kwok: what a whole live diagnosis costs beside what kubectl needs to
// read the same kinds, in turns, each in a process of its own. Both read the same frozen cluster as the same user.

const BIN = join(import.meta.dirname, '../../cli/dist/bin.js');
const KINDS = 'po,svc,ep,endpointslices,deploy,rs,sts,ds,jobs,cm,pvc,pv,no,ns,ing,netpol,events';
const MAX_REQUESTS = 80;
const MAX_RATIO = 1 / 3;

interface Result extends Cost {
  readonly requests: number;
}

const { values } = parseArgs({
  options: { pods: { type: 'string', default: '3000' }, runs: { type: 'string', default: '5' } },
});
const assets = assetsWithControllers(process.env);
if ('reason' in assets) {
  process.stdout.write(`live benchmark skipped: ${assets.reason}\n`);
} else {
  await bench(assets.folder, Number(values.pods), Number(values.runs));
}

async function bench(folder: string, pods: number, runs: number): Promise<void> {
  const running = await startControlPlane(folder);
  const interrupted = (): void => {
    void running.stop().then(() => process.exit(130));
  };
  process.once('SIGINT', interrupted);
  try {
    await running.startControllers();
    const nodes = Math.ceil(pods / 100);
    const size = { pods, replicas: 6, namespaces: Math.max(1, Math.floor(pods / 150)), nodes };
    await populate(running.api, size, (ready) => process.stderr.write(`\r${ready} of ${pods} pods are ready `));
    process.stderr.write('\n');
    await running.stopControllers();
    const { place } = running;
    const kubectl = [kubectlOf(folder), 'get', KINDS, '-A', '-o', 'json', '--kubeconfig', place.admin];
    const diagnose = [process.execPath, BIN, 'diagnose', 'cluster', '-A', '--exit-zero', '--kubeconfig', place.admin];
    const [theirs, ours] = await inTurns(place, [[...kubectl, `--cache-dir=${place.folder}/cache`], diagnose], runs);
    if (theirs === undefined || ours === undefined) throw new Error('no runs');
    print(pods, theirs, ours);
  } finally {
    process.off('SIGINT', interrupted);
    await running.stop();
  }
}

/** The one that came with the control plane, else the one of the machine. */
function kubectlOf(folder: string): string {
  const own = join(folder, 'kubectl');
  return existsSync(own) ? own : 'kubectl';
}

/** Medians, after a run of each that does not count: kubectl caches discovery, the server its lists. */
async function inTurns(
  place: ControlPlane,
  commands: readonly (readonly string[])[],
  runs: number,
): Promise<readonly Result[]> {
  const all: Result[][] = commands.map(() => []);
  for (let i = 0; i <= runs; i += 1) {
    for (const [at, command] of commands.entries()) {
      const mark = auditMark(place.auditLog);
      const cost = await measured(command);
      if (cost.code !== 0) throw new Error(`${command.join(' ')}: exit code ${cost.code}: ${cost.stderr}`);
      const requests = (await auditedSince(place.auditLog, mark)).length;
      if (i > 0) all[at]?.push({ ...cost, requests });
    }
  }
  return all.map((results) => {
    const middle = (value: (result: Result) => number): number =>
      results.map((result) => value(result)).toSorted((a, b) => a - b)[Math.floor(results.length / 2)] ?? Number.NaN;
    return {
      code: 0,
      stderr: '',
      seconds: middle(({ seconds }) => seconds),
      megabytes: middle(({ megabytes }) => megabytes),
      requests: middle(({ requests }) => requests),
    };
  });
}

function print(pods: number, theirs: Result, ours: Result): void {
  const line = (name: string, { requests, seconds, megabytes }: Result): string =>
    `${name.padEnd(8)} ${String(requests).padStart(4)} requests  ${seconds.toFixed(2).padStart(6)} s  ${megabytes.toFixed(0).padStart(5)} MB\n`;
  const goals: readonly (readonly [goal: string, value: number, limit: number])[] = [
    [`requests of kroot, < ${MAX_REQUESTS}`, ours.requests, MAX_REQUESTS - 1],
    ['wall time, ratio <= 0.33', ours.seconds / theirs.seconds, MAX_RATIO],
    ['peak memory, ratio <= 0.33', ours.megabytes / theirs.megabytes, MAX_RATIO],
  ];
  process.stdout.write(
    `${pods} pods; Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}\n` +
      line('kubectl', theirs) +
      line('kroot', ours) +
      goals
        .map(([goal, value, limit]) => `${value <= limit ? 'met   ' : 'MISSED'} ${goal}: ${+value.toFixed(2)}\n`)
        .join(''),
  );
  if (goals.some(([, value, limit]) => value > limit)) process.exitCode = 1;
}
