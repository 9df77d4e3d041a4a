import { builtinAnalyzers } from '@kroot/analyzers';
import { collectSnapshot, connect, TransportError, type Collected } from '@kroot/cluster';
import { diagnose } from '@kroot/engine';
import { FAULT_KINDS, startFaultServer, type Fault, type FaultKind } from '@kroot/faultd';
import { formatRef, type Snapshot } from '@kroot/types';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROKEN_CLUSTER, MAIN_KINDS, NOW } from './broken-cluster.test.support.ts';

const KINDS = [...MAIN_KINDS.map(([kind]) => kind), 'Node', 'PersistentVolume', 'Event', 'IngressClass'];
/** Milliseconds; far below what a run of this size may take with the usual limits. */
const LIMITS = { idle: 700, total: 1500, backoff: 1, longestBackoff: 5, longestWait: 1000, bodyBytes: 2 ** 20 };
const BOUND = 20_000;

/** Where it strikes: a first page, a later one, rows of Secrets, the last list, what comes before all lists. */
const POINTS: readonly Omit<Fault, 'kind'>[] = [
  { at: 'pods', page: 1 },
  { at: 'pods', page: 1, times: 1 },
  { at: 'pods', page: 2 },
  { at: 'services', page: 2, times: 1 },
  { at: 'secrets' },
  { at: 'persistentvolumeclaims' },
  { at: 'events' },
  { at: 'discovery' },
  { at: 'version' },
];
/** These pass, and are then over. */
const PASSING: readonly FaultKind[] = [
  'expired',
  'expired-with-continue',
  'throttled',
  'internal-error',
  'bad-gateway',
  'unavailable',
  'gateway-timeout',
  'reset',
  'cut-body',
  'cut-gzip',
  'broken-json',
  'items-null',
];

let folder = '';
let counter = 0;
let truth: { readonly claims: ReadonlySet<string>; readonly snapshot: Snapshot };

/** A run against a server with faults; what it threw if it did. */
async function run(...faults: readonly Fault[]): Promise<Collected | TransportError> {
  const server = await startFaultServer({ objects: BROKEN_CLUSTER, faults, now: () => NOW });
  const kubeconfig = join(folder, `config-${(counter += 1)}`);
  writeFileSync(kubeconfig, server.kubeconfig('token'), { mode: 0o600 });
  const env = { env: {}, cwd: folder, home: folder, stderr: process.stderr, interactive: false, version: '0.0.0' };
  const connection = await connect({ kubeconfig }, env, { limits: LIMITS });
  try {
    return await collectSnapshot(connection, { kinds: KINDS, limits: { page: 5 } });
  } catch (error) {
    if (error instanceof TransportError) return error;
    throw error;
  } finally {
    expect(new Set(server.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
    await connection.transport.close();
    await server.close();
  }
}

function claims(snapshot: Snapshot): readonly string[] {
  const { diagnoses } = diagnose(snapshot, { analyzers: builtinAnalyzers });
  return diagnoses.map(({ rule, rootCause }) => `${rule} ${formatRef(rootCause)}`);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-faults-'));
  const collected = await run();
  if (collected instanceof TransportError) throw collected;
  truth = { claims: new Set(claims(collected.snapshot)), snapshot: collected.snapshot };
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What would lead whoever reads a report astray: a gap that is not told, a claim that a whole view does not make. */
function misleading({ snapshot }: Collected): readonly string[] {
  const untold = KINDS.filter((kind) => {
    const isWhole = snapshot.list(kind).length === truth.snapshot.list(kind).length;
    return !isWhole && (snapshot.coverage.gap(kind)?.reason ?? '') === '';
  });
  return [...untold, ...claims(snapshot).filter((claim) => !truth.claims.has(claim))];
}

/** Only what keeps everything from being read ends a run without a report. */
function mayEndAll({ kind, at }: Fault): boolean {
  return kind === 'unauthorized' || (at === 'discovery' && ['stall', 'reset'].includes(kind));
}

describe.concurrent.each(FAULT_KINDS.filter((kind) => kind !== 'group-unavailable'))('%s', (kind) => {
  it.each(POINTS.map((point) => [Object.values(point).join(' '), point] as const))('%s', async (_name, point) => {
    const fault = { kind, seconds: kind === 'clock-skew' ? 3 * 3600 : 0, bytes: 2 ** 21, ...point };
    const begin = performance.now();
    const result = await run(fault);
    expect(performance.now() - begin).toBeLessThan(BOUND);
    const ended = result instanceof TransportError;
    expect(ended ? mayEndAll(fault) : misleading(result)).toEqual(ended ? true : []);
  });
});

it.each(PASSING)('%s that passes is as if it had not been', async (kind) => {
  const result = await run({ kind, at: 'pods', page: 2, times: 1, seconds: 0 });
  if (result instanceof TransportError) throw result;
  expect(KINDS.map((name) => result.snapshot.coverage.state(name))).toEqual(KINDS.map(() => 'complete'));
  expect(new Set(claims(result.snapshot))).toEqual(truth.claims);
});

it.each(['networking.k8s.io', 'discovery.k8s.io', 'apps', 'storage.k8s.io'])(
  'the group %s does not answer',
  async (at) => {
    const result = await run({ kind: 'group-unavailable', at });
    if (result instanceof TransportError) throw result;
    expect(misleading(result)).toEqual([]);
    expect(result.snapshot.coverage.state('Pod')).toBe('complete');
  },
);
