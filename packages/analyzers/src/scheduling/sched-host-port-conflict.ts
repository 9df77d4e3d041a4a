import { type Analyzer, type Fix, type ResourceRef } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { schedulerWords, schedulingRule, templated, type SchedulingStory } from '../support/scheduling-rule.ts';
import { isSurge, surgeFix } from '../support/surge.ts';
import { podSpecPath, unchangeableNote } from '../support/template-patch.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';

/** Reports pods whose host port is taken on every usable node. */
export const schedHostPortConflict: Analyzer = schedulingRule(
  'sched-host-port-conflict',
  {
    title: 'Host port of the pod is taken on every usable node',
    means: 'The pod asks for a port of the node itself, and another pod on each usable node holds it.',
    decides: 'hostPort, protocol and hostIP of the pod against those of the pods on each node.',
    silent: 'When a usable node has the port free.',
    references: ['https://kubernetes.io/docs/concepts/configuration/overview/#services'],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first } = group;
  const rejection = first.reason?.rejection;
  if (rejection?.plugin !== 'NodePorts') {
    return {
      why: schedulerWords(group),
      cause: `A host port of ${inWords(owner)} is taken on every usable node; ${schedulerWords(group)}.`,
      fixes: fixes(group, owner),
    };
  }
  const { port, protocol, heldBy } = rejection;
  const nodes = first.reason?.nodes.length ?? 1;
  const where = nodes === 1 ? 'the only usable node' : `each of ${nodes} usable nodes`;
  return {
    why: `host port ${port}/${protocol} is taken on ${where}`,
    cause: `${first.state.ref.name} asks for host port ${port}/${protocol}, which ${inWords(heldBy)} already holds${nodes === 1 ? '' : ', and others like it elsewhere'}.`,
    evidence: [fromSpec(heldBy, 'spec.containers[*].ports', `hostPort ${port}/${protocol}`)],
    fixes: fixes(group, heldBy),
    notes: unchangeableNote(templated(group)),
    discriminator: `${port}/${protocol}`,
  };
}

function fixes(group: UnschedulableGroup, holder: ResourceRef): readonly Fix[] {
  const { owner } = group;
  const drop = describeFix(holder, `Take the hostPort out of ${inWords(owner)}, or free it`, [
    `Remove hostPort from ${podSpecPath(owner)}.containers, and reach the pod by a Service`,
    `Or see whether ${inWords(holder)} needs the port`,
  ]);
  return isSurge(group) ? [...surgeFix(group), drop] : [drop];
}
