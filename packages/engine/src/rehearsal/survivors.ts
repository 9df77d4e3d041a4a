import { podsOf, refOf, type Workload } from '@kroot/graph';
import { refKey, type KubernetesObject, type Snapshot } from '@kroot/types';
import { valueAt } from '../repair/json.ts';
import { intendedPods } from './intended-pods.ts';
import { type CanStart } from './rehearse.ts';
import { isReady } from './settle.ts';

/**
 * The old pods of a workload that go on when the new ones cannot start, by `refKey`: a rollout replaces no more at a time
 * than may be missing, so that it gets stuck and takes little down.
 */
export function survivors(base: Snapshot, workload: Workload, canStart: CanStart): ReadonlySet<string> {
  const isStuck = intendedPods(workload).some((object) => object.kind === 'Pod' && !canStart(refOf(object)));
  if (!isStuck) return new Set();
  const old = podsOf(base, workload.ref).filter(isReady);
  return new Set(
    old.slice(0, Math.max(0, old.length - goneAtOnce(workload, old.length))).map((pod) => refKey(refOf(pod))),
  );
}

/** How many pods are gone before the first new one is ready. */
function goneAtOnce({ object, ref, replicas }: Workload, running: number): number {
  if (ref.kind === 'StatefulSet') return 1;
  if (ref.kind === 'DaemonSet')
    return amount(object, ['spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable'], '1', running);
  const isRolling = ref.kind === 'Deployment' && valueAt(object, ['spec', 'strategy', 'type']) !== 'Recreate';
  // What is scaled to fewer pods than run loses the others in any case.
  const fewer = Math.max(0, running - (replicas ?? 1));
  return isRolling
    ? fewer + amount(object, ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'], '25%', replicas ?? 1)
    : running;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** A number or percentage, rounded down. */
function amount(object: KubernetesObject, path: readonly string[], byDefault: string, of: number): number {
  const match = /^(?<number>\d+)(?<percent>%?)$/.exec(asText(valueAt(object, path)) ?? byDefault);
  const number = Number(match?.groups?.['number'] ?? 0);
  return match?.groups?.['percent'] === '%' ? Math.floor((number / 100) * of) : number;
}
