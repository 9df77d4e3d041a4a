import { containerStates, controlledBy, podContainers, podsOf, refOf, templateOf } from '@kroot/graph';
import { compareStrings, type KubernetesObject, type ResourceRef, type Snapshot } from '@kroot/types';
import { inWords } from './kubectl.ts';

/** An image that has worked for a container, and how that is known. */
export interface GoodImage {
  readonly image: string;
  readonly proof: string;
}

const REVISION = 'deployment.kubernetes.io/revision';

/** The image that a container of a workload runs or ran with: in a pod that is ready now, else in an earlier ReplicaSet. */
export function goodImage(
  snapshot: Snapshot,
  owner: ResourceRef,
  container: string,
  bad: string,
): GoodImage | undefined {
  return runningImage(snapshot, owner, container, bad) ?? earlierImage(snapshot, owner, container, bad);
}

function runningImage(snapshot: Snapshot, owner: ResourceRef, container: string, bad: string): GoodImage | undefined {
  const now = snapshot.now.getTime();
  for (const pod of podsOf(snapshot, owner)) {
    const state = containerStates(pod, now).find(({ name }) => name === container);
    const image = state?.container.image;
    if (state?.stage !== 'ready' || image === undefined || image === bad) continue;
    return { image, proof: `${inWords(refOf(pod))} runs ${image}` };
  }
  return undefined;
}

function earlierImage(snapshot: Snapshot, owner: ResourceRef, container: string, bad: string): GoodImage | undefined {
  const sets = controlledBy(snapshot, owner).filter(({ kind }) => kind === 'ReplicaSet');
  for (const set of sets.toSorted(
    (a, b) => revisionOf(b) - revisionOf(a) || compareStrings(a.metadata.name, b.metadata.name),
  )) {
    const template = templateOf(set);
    if (template === undefined) continue;
    const image = podContainers(template.spec).find((found) => found.container.name === container)?.container.image;
    if (image === undefined || image === bad) continue;
    return { image, proof: `${inWords(refOf(set))}, revision ${revisionOf(set)}, used ${image}` };
  }
  return undefined;
}

function revisionOf(set: KubernetesObject): number {
  const annotations = set.metadata.annotations ?? {};
  const revision = Object.hasOwn(annotations, REVISION) ? Number(annotations[REVISION]) : 0;
  return Number.isFinite(revision) ? revision : 0;
}
