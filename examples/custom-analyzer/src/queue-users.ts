import { ref, refKey, type ObjectMeta, type ResourceRef, type Snapshot } from '@kroot/types';

/** The kind as `Snapshot.list` names it: `Kind.group`, without a version. */
export const QUEUE = 'Queue.acme.example';

/** Programs name the queue that they read in this annotation of their pod template. */
const ANNOTATION = 'acme.example/queue';

/** A queue that somebody needs, whether it exists or not. */
export interface UsedQueue {
  readonly queue: ResourceRef;
  /** Workloads and their pods, in order. */
  readonly users: readonly ResourceRef[];
}

/** All queues that pods or workloads name. One pass over each kind: never a loop over pairs. */
export function usedQueues(snapshot: Snapshot): readonly UsedQueue[] {
  const found = new Map<string, { readonly queue: ResourceRef; readonly users: ResourceRef[] }>();
  const add = (user: ResourceRef, metadata: Partial<ObjectMeta> | undefined): void => {
    const name = annotation(metadata);
    if (name === undefined) return;
    const queue: ResourceRef = {
      group: 'acme.example',
      kind: 'Queue',
      name,
      ...(user.namespace === undefined ? {} : { namespace: user.namespace }),
    };
    const key = refKey(queue);
    const known = found.get(key) ?? { queue, users: [] };
    known.users.push(user);
    found.set(key, known);
  };
  for (const kind of ['Deployment', 'StatefulSet'] as const) {
    for (const { metadata, spec } of snapshot.list(kind)) {
      add({ ...ref(kind, metadata.namespace, metadata.name), group: 'apps' }, spec.template.metadata);
    }
  }
  for (const { metadata } of snapshot.list('Pod')) add(ref('Pod', metadata.namespace, metadata.name), metadata);
  return [...found.values()];
}

/** Annotations are the cluster's strings: an index without a check would find `constructor` and the like. */
function annotation(metadata: Partial<ObjectMeta> | undefined): string | undefined {
  const annotations = metadata?.annotations;
  const name =
    annotations !== undefined && Object.hasOwn(annotations, ANNOTATION) ? annotations[ANNOTATION] : undefined;
  return name === '' ? undefined : name;
}
