import { type TestProject } from 'vitest/node';
import { assetsWithControllers, controlPlaneAssets } from './assets.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { makeIdentities } from './identities.ts';
import { makeNode } from './world.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly controlPlane: ControlPlane | undefined;
  }
}

/** Seats of the whole server: so few that a priority level with one share has a single one. */
const FEW_SEATS = ['--max-requests-inflight=60', '--max-mutating-requests-inflight=40'];

/** Served from the watch cache, later pages would outlive the compaction that makes them expire. */
const PAGES_FROM_ETCD = '--feature-gates=ListFromCacheSnapshot=false';

/** Starts one control plane for all tests of the project, or says why not. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const assets = controlPlaneAssets(process.env);
  if ('reason' in assets) {
    // Who names a folder wants the tests to run.
    if (!assets.unset) throw new Error(assets.reason);
    process.stderr.write(`real: tests against a real control plane are skipped: ${assets.reason}\n`);
    project.provide('controlPlane', undefined);
    return undefined;
  }
  const more = assetsWithControllers(process.env);
  if ('reason' in more) {
    process.stderr.write(`real: scenarios with controllers and a scheduler are skipped: ${more.reason}\n`);
  }
  const running = await startControlPlane(assets.folder, [...FEW_SEATS, PAGES_FROM_ETCD]);
  await makeNode(running.api);
  await makeIdentities(running.api);
  project.provide('controlPlane', running.place);
  return async () => running.stop();
}
