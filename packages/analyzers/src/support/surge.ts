import { podsOf, podState, presentObject } from '@kroot/graph';
import { type Deployment, type Fix } from '@kroot/types';
import { inWords } from './kubectl.ts';
import { present } from './present.ts';
import { jsonPatch } from './template-patch.ts';
import { type UnschedulableGroup } from './unschedulable.ts';

function deploymentOf({ snapshot, owner }: UnschedulableGroup): Deployment | undefined {
  if (owner.kind !== 'Deployment' || presentObject(snapshot, owner) === undefined) return undefined;
  return present(snapshot, 'Deployment', owner.namespace, owner.name);
}

/** Whether the pods that wait are the extra ones of a rollout, while the pods of the old revision hold their places. */
export function isSurge(group: UnschedulableGroup): boolean {
  const deployment = deploymentOf(group);
  if (deployment === undefined || deployment.spec.strategy?.type === 'Recreate') return false;
  const placed = podsOf(group.snapshot, group.owner).filter((pod) => podState(group.snapshot, pod).stage === 'ready');
  return placed.length > 0 && placed.length + group.pods.length > (deployment.spec.replicas ?? 1);
}

/** Lets a rollout stop an old pod before it starts a new one, where the two cannot stand side by side. */
export function surgeFix({ owner }: UnschedulableGroup): readonly Fix[] {
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
  return [
    {
      summary: `Let rollouts of ${inWords(owner)} stop an old pod before they start a new one`,
      steps: [
        'The pod that waits is the extra one of a rollout, and the old pods hold the places that it could have',
        'Set maxSurge 0 and maxUnavailable 1: one pod is missing during rollouts',
      ],
      commands: [jsonPatch(owner, [{ op: 'add', path: '/spec/strategy', value: strategy }])],
      effect: 'change',
      where: 'cluster',
    },
  ];
}
