import { controlledBy, refOf, templateOf } from '@kroot/graph';
import { compareStrings, type KubernetesObject, type Pod, type ResourceRef } from '@kroot/types';
import { type Draft } from './draft.ts';
import { member, valueAt, withValue } from './json.ts';
import { annotationOf } from './labels.ts';
import { rebase } from './rebase.ts';
import { remade } from './remake.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const SERVICE_NAME = 'kubernetes.io/service-name';

/**
 * What the controllers of Kubernetes make of a change, where that is certain: a new template reaches the pods, endpoints
 * are made anew, a quota takes its new limits, a volume that lost its claim is free.
 */
export function letControllersAct(draft: Draft): void {
  for (const target of draft.restarted()) {
    const pod = draft.get(target);
    if (pod !== undefined && isPod(pod)) draft.put(target, remade(draft, pod));
  }
  for (const target of draft.changed()) {
    const found = draft.base.lookup(target);
    const before = found.state === 'present' ? found.object : undefined;
    const after = draft.get(target);
    if (after === undefined) continue;
    if (before !== undefined) rollOut(draft, { target, before, after });
    if (target.kind === 'Service') forgetEndpoints(draft, target);
    if (target.kind === 'ResourceQuota') write(draft, after, ['status', 'hard'], valueAt(after, ['spec', 'hard']));
    if (target.kind === 'PersistentVolume') release(draft, after);
  }
}

function isPod(object: KubernetesObject): object is Pod {
  return object.kind === 'Pod';
}

function rollOut(
  draft: Draft,
  change: { readonly target: ResourceRef; readonly before: KubernetesObject; readonly after: KubernetesObject },
): void {
  const [old, next] = [templateOf(change.before), templateOf(change.after)];
  const isPaused = valueAt(change.after, ['spec', 'paused']) === true;
  if (old === next || old === undefined || next === undefined || isPaused) return;
  const queue = [...newestOf(draft, change.target)];
  for (let child = queue.shift(); child !== undefined; child = queue.shift()) {
    if (child.kind === 'Pod') {
      const spec = rebase(member(child, 'spec'), old.spec, next.spec);
      const labels = rebase(child.metadata.labels, old.metadata?.labels, next.metadata?.labels);
      write(draft, child, ['spec'], spec);
      write(draft, draft.get(refOf(child)) ?? child, ['metadata', 'labels'], labels);
      draft.restart(refOf(child));
    } else {
      const own = valueAt(child, ['spec', 'template']);
      if (own !== undefined) write(draft, child, ['spec', 'template'], rebase(own, old, next));
      queue.push(...controlledBy(draft.base, refOf(child)));
    }
  }
}

/** What a workload runs now: of the ReplicaSets of a Deployment only the newest changes, older ones are on their way out. */
function newestOf(draft: Draft, owner: ResourceRef): readonly KubernetesObject[] {
  const children = controlledBy(draft.base, owner).filter(({ kind }) => kind !== 'ControllerRevision');
  if (owner.kind !== 'Deployment') return children;
  const sets = children.filter(({ kind }) => kind === 'ReplicaSet');
  return sets.toSorted((a, b) => revisionOf(b) - revisionOf(a) || compareStrings(created(b), created(a))).slice(0, 1);
}

function revisionOf(object: KubernetesObject): number {
  return Number(annotationOf(object, REVISION) ?? 0) || 0;
}

function created({ metadata }: KubernetesObject): string {
  return metadata.creationTimestamp ?? '';
}

/** The endpoints of a changed Service are those that the controller makes of its pods. */
function forgetEndpoints(draft: Draft, { namespace = '', name }: ResourceRef): void {
  for (const slice of draft.base.list('EndpointSlice', namespace)) {
    if (member(slice.metadata.labels, SERVICE_NAME) === name) draft.remove(refOf(slice));
  }
  for (const endpoints of draft.base.list('Endpoints', namespace)) {
    if (endpoints.metadata.name === name) draft.remove(refOf(endpoints));
  }
}

function release(draft: Draft, volume: KubernetesObject): void {
  const claimed = valueAt(volume, ['spec', 'claimRef', 'uid']) !== undefined;
  if (!claimed && valueAt(volume, ['status', 'phase']) === 'Released')
    write(draft, volume, ['status', 'phase'], 'Available');
}

function write(draft: Draft, object: KubernetesObject, path: readonly string[], value: unknown): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object with another field is one still
  draft.put(refOf(object), withValue(object, path, value) as KubernetesObject);
}
