import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSnapshot } from '@kroot/cluster';
import { startFaultServer, type FaultServer, type Json, type ServerPlan } from '@kroot/faultd';
import { type KubernetesObject, type Snapshot } from '@kroot/types';
import { brokenShop, kroot, type Run, type RunOptions } from './run.test.support.ts';

/** What no output may ever hold. */
export const CANARY = 'c4nary-s3cret-value';

/** A cluster on loopback, and the command line set on it. */
export interface LiveCluster {
  readonly server: FaultServer;
  /** A folder of the test's own, which goes with the cluster. */
  readonly folder: string;
  readonly kubeconfig: string;
  run(args: readonly string[], options?: RunOptions & { readonly token?: string }): Promise<Run>;
  close(): Promise<void>;
}

/** The broken shop of the examples as a plan for a server, with values in its Secrets, at the time of its capture. */
async function shopPlan(): Promise<ServerPlan> {
  const snapshot = await readSnapshot(brokenShop);
  return { objects: objectsOf(snapshot), now: () => snapshot.now.getTime() };
}

/** The objects of the broken shop, or of another file, as a server has them. */
export async function objectsOfFile(file: string = brokenShop): Promise<readonly Json[]> {
  return objectsOf(await readSnapshot(file));
}

function objectsOf(snapshot: Snapshot): readonly Json[] {
  return snapshot.kinds().flatMap((kind) => snapshot.list(kind).map((object) => toJson(object)));
}

function toJson(object: KubernetesObject): Json {
  const { dataKeys, ...rest } = object as KubernetesObject & { readonly dataKeys?: readonly string[] };
  const { changes: _changes, ...metadata } = object.metadata;
  if (object.kind !== 'Secret') return { ...rest, metadata };
  const value = Buffer.from(CANARY).toString('base64');
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': CANARY };
  return {
    ...rest,
    metadata: { ...metadata, annotations },
    data: Object.fromEntries((dataKeys ?? []).map((key) => [key, value])),
  };
}

/** Starts a cluster; a token names one of the plan's users. */
export async function liveCluster(plan: Partial<ServerPlan> = {}, context = 'prod-eu1'): Promise<LiveCluster> {
  const server = await startFaultServer({ ...(await shopPlan()), ...plan });
  const folder = mkdtempSync(join(tmpdir(), 'kroot-live-'));
  const named = (token: string | undefined): string => server.kubeconfig(token).replaceAll('"faultd"', `"${context}"`);
  const kubeconfig = join(folder, 'config');
  writeFileSync(kubeconfig, named(undefined));
  return {
    server,
    folder,
    kubeconfig,
    async run(args, { token, ...options } = {}) {
      const file = token === undefined ? kubeconfig : join(folder, `config-${token}`);
      if (token !== undefined) writeFileSync(file, named(token));
      return kroot(args, { ...options, env: { KUBECONFIG: file, HOME: folder, ...options.env } });
    },
    async close() {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
