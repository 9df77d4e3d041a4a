import { setTimeout as sleep } from 'node:timers/promises';
import { builtinAnalyzers } from '@kroot/analyzers';
import { connect, kindsToRead, loadPlugins, TransportError, type Connection } from '@kroot/cluster';
import { builtinKindNamed, diagnose } from '@kroot/engine';
import { cleanText } from '@kroot/report';
import { ref, type Diagnosis, type Report, type ResourceRef, type Snapshot } from '@kroot/types';
import { parseDuration } from '../duration.ts';
import { NoAccessError, UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { collectLive } from '../live/collect-live.ts';
import { environmentOf } from '../live/environment.ts';
import { prepareOutput, type WriteReport } from '../output/report-output.ts';
import { type Streams } from '../streams.ts';
import { type Target } from '../target.ts';
import { type RolloutFlags } from './rollout-flags.ts';
import { rolloutState, type RolloutObject, type RolloutState } from './rollout-state.ts';

const RESOURCES: ReadonlyMap<string, string> = new Map([
  ['Deployment', 'deployments'],
  ['StatefulSet', 'statefulsets'],
  ['DaemonSet', 'daemonsets'],
]);

/** Enough for one look, whatever is left of the wait. */
const LOOK = '2m';

/** For one question about the status, all its tries included. */
const QUESTION = '15s';

/** Waits for a rollout. When it stalls, it prints why instead of waiting for the end of all patience. */
export async function runRollout(flags: RolloutFlags, asked: Target, streams: Streams): Promise<number> {
  const kind = builtinKindNamed(asked.kind);
  const resource = RESOURCES.get(kind ?? '');
  if (kind === undefined || resource === undefined)
    throw new UsageError(`a ${asked.kind} has no rollout; give deploy/NAME, sts/NAME or ds/NAME`);
  const write = await prepareOutput(flags, streams);
  const connection = await connect(flags, environmentOf(streams));
  const stop = new AbortController();
  const release = streams.onInterrupt?.(() => {
    stop.abort();
  });
  try {
    const target = ref(kind, asked.namespace ?? flags.namespace ?? connection.namespace, asked.name);
    const path = `/apis/apps/v1/namespaces/${encodeURIComponent(target.namespace ?? '')}/${resource}/${encodeURIComponent(target.name)}`;
    return await follow({ flags, streams, connection, target, path, write, signal: stop.signal });
  } finally {
    release?.();
    await connection.transport.close();
  }
}

interface Rollout {
  readonly flags: RolloutFlags;
  readonly streams: Streams;
  readonly connection: Connection;
  readonly target: ResourceRef;
  readonly path: string;
  readonly write: WriteReport;
  readonly signal: AbortSignal;
}

/** How long to wait for what, in milliseconds. */
interface Limits {
  readonly end: number;
  readonly stall: number;
  readonly interval: number;
}

/** What is known from one question to the next. */
interface Watch {
  /** When the rollout last got on. */
  moved: number;
  last?: RolloutState;
  /** What was found the last time that it stood still. */
  look?: { readonly at: number; readonly causes: ReadonlySet<string> };
}

async function follow(rollout: Rollout): Promise<number> {
  const { flags, signal } = rollout;
  const start = performance.now();
  const limits: Limits = {
    end: start + (parseDuration('--timeout', flags.timeout) ?? Infinity),
    stall: parseDuration('--stall-after', flags.stallAfter) ?? 0,
    interval: parseDuration('--interval', flags.interval) ?? 0,
  };
  const watch: Watch = { moved: start };
  while (!signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- one question at a time
    const state = await statusOf(rollout, watch.last);
    note(rollout, watch, state);
    // oxlint-disable-next-line no-await-in-loop -- the same
    const code = await codeOf(rollout, watch, state, limits);
    if (code !== undefined) return code;
    // oxlint-disable-next-line no-await-in-loop -- the wait between two questions
    await pause(Math.min(limits.interval, Math.max(0, limits.end - performance.now())), signal);
  }
  return EXIT.interrupted;
}

function note(rollout: Rollout, watch: Watch, state: RolloutState): void {
  if (state.message !== watch.last?.message) say(rollout, state.message);
  if (state.progress !== watch.last?.progress) {
    watch.moved = performance.now();
    delete watch.look;
  }
  watch.last = state;
}

/** The exit code when the wait is over. */
async function codeOf(
  rollout: Rollout,
  watch: Watch,
  { message, state }: RolloutState,
  limits: Limits,
): Promise<number | undefined> {
  if (state === 'done') return EXIT.ok;
  if (state === 'not-rolling') throw new UsageError(`${message}; there is nothing to wait for`);
  const now = performance.now();
  if (state === 'failed') return printCard(rollout, await diagnosed(rollout));
  if (now >= limits.end) {
    say(rollout, `no end after ${rollout.flags.timeout}`);
    return printCard(rollout, await diagnosed(rollout));
  }
  if (now - (watch.look?.at ?? watch.moved) < limits.stall) return undefined;
  const found = await diagnosed(rollout);
  const causes = new Set(found.report.diagnoses.filter((diagnosis) => holdsUp(diagnosis)).map(({ id }) => id));
  const isStalled = [...causes].some((id) => watch.look?.causes.has(id) === true);
  watch.look = { at: performance.now(), causes };
  if (!isStalled) return undefined;
  say(rollout, `no progress for ${Math.round((performance.now() - watch.moved) / 1000)}s, and the cause still stands`);
  return printCard(rollout, found);
}

/** A remark does not stop pods, and what stops none is no reason to give up. */
function holdsUp({ impact, severity }: Diagnosis): boolean {
  const { daemonSets, deployments, pods, statefulSets } = impact;
  return severity !== 'info' && pods.length + deployments.length + statefulSets.length + daemonSets.length > 0;
}

async function statusOf(
  { connection, flags, path, streams, target }: Rollout,
  last: RolloutState | undefined,
): Promise<RolloutState> {
  try {
    const limit = parseDuration('--request-timeout', flags.requestTimeout ?? QUESTION) ?? Infinity;
    const signal = Number.isFinite(limit) ? AbortSignal.timeout(limit) : undefined;
    const { body } = await connection.transport.get(path, { signal });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the API server's own answer, of the kind asked for
    return rolloutState(JSON.parse(Buffer.from(body).toString('utf8')) as RolloutObject);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    const name = `${target.kind} ${target.namespace ?? ''}/${target.name}`;
    if (error.status === 404) throw new UsageError(`there is no ${name}; check name and namespace`, { cause: error });
    if (error.problem === 'denied')
      throw new NoAccessError(`you may not read ${name}; kroot rbac prints the permissions that are needed`, {
        cause: error,
      });
    // A rollout of the control plane itself, or a busy one: what was known before still counts.
    if (last === undefined || !PASSING.has(error.problem)) throw error;
    if (flags.quiet !== true) streams.stderr.write(`kroot: ${cleanText(error.message)}; asking again\n`);
    return last;
  }
}

const PASSING: ReadonlySet<TransportError['problem']> = new Set(['unreachable', 'throttled', 'transient', 'deadline']);

async function diagnosed({
  connection,
  flags,
  streams,
  target,
}: Rollout): Promise<{ readonly report: Report; readonly snapshot: Snapshot }> {
  const plugins = await loadPlugins(flags.plugin ?? [], streams.cwd);
  const analyzers = [...builtinAnalyzers, ...plugins.flatMap((plugin) => plugin.analyzers)];
  const { onInterrupt: _own, ...quiet } = streams;
  const { snapshot } = await collectLive(
    {
      flags: { ...flags, timeout: LOOK },
      kinds: [...kindsToRead(analyzers)],
      namespaceFor: () => target.namespace,
      wanted: () => [target],
      connection,
    },
    quiet,
  );
  const { namespace } = target;
  const report = diagnose(snapshot, {
    analyzers: builtinAnalyzers,
    plugins,
    target,
    ...(namespace === undefined ? {} : { namespace }),
  });
  return { report, snapshot };
}

async function printCard(
  { write }: Rollout,
  { report, snapshot }: { readonly report: Report; readonly snapshot: Snapshot },
): Promise<number> {
  await write(report, { snapshot });
  return EXIT.findings;
}

/** Progress is text: beside another format it goes where it does not spoil it. */
function say({ flags, streams }: Rollout, message: string): void {
  const isText = (flags.output ?? ['text']).every((output) => output === 'text' || output.includes('='));
  if (isText) streams.stdout.write(`${cleanText(message)}\n`);
  else if (flags.quiet !== true) streams.stderr.write(`kroot: ${cleanText(message)}\n`);
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    // Ctrl-C ends the wait.
  }
}
