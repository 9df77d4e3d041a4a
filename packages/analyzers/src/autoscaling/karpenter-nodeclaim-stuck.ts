import { eventsOf } from '@kroot/graph';
import { CONFIDENCE, refKey, type Analyzer, type Evidence, type Finding, type Snapshot } from '@kroot/types';
import { computed, fromCondition, fromEvent } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { stuckNodeClaims, type StuckNodeClaim } from '../support/node-claims.ts';
import { optional } from '../support/optional.ts';
import { podsInWords } from '../support/pods-in-words.ts';
import { scaleUpFaults } from '../support/scale-up-faults.ts';
import { inline, span } from '../support/words.ts';

/** Reports NodeClaims of Karpenter that do not become nodes. */
export const karpenterNodeclaimStuck: Analyzer = {
  meta: {
    id: 'karpenter-nodeclaim-stuck',
    title: 'NodeClaim does not become a node',
    role: 'fault',
    severity: 'critical',
    reads: ['NodeClaim.karpenter.sh', 'NodePool.karpenter.sh', 'Pod', 'Node', 'Event'],
    breaks: ['scaling', 'scheduling'],
    docs: {
      means:
        'Karpenter has ordered a machine, and it is not launched, has not joined the cluster, or is not initialized: the node class or its permissions are wrong, the start script fails, or an agent does not take its startup taint away.',
      decides:
        'Conditions Launched, Registered and Initialized of a NodeClaim: the first that is not True stands so for more than 10 min. It is critical while pods wait for it.',
      silent: 'During the first 10 min of a step, and for NodeClaims that are being deleted.',
      references: ['https://karpenter.sh/docs/concepts/nodeclaims/'],
    },
  },
  *analyze({ snapshot }) {
    for (const stuck of stuckNodeClaims(snapshot)) yield finding(snapshot, stuck);
  },
};

const MEANING: Readonly<Record<StuckNodeClaim['step'], string>> = {
  Launched: 'the cloud has not made the machine',
  Registered: 'the machine was made and its kubelet has not joined the cluster',
  Initialized: 'the node has joined and does not have its resources or still has a startup taint',
};

const STEPS: Readonly<Record<StuckNodeClaim['step'], string>> = {
  Launched: 'See whether its NodeClass is Ready, and what Karpenter logs about permissions, subnets and images.',
  Registered:
    'Read the boot log of the machine: start script, way to the API server, and whether its role may join (aws-auth or access entries).',
  Initialized:
    'See the taints of the node and the pods of DaemonSets on it; a device plugin that is missing keeps resources away.',
};

function finding(snapshot: Snapshot, { claim, ref, step, condition, age }: StuckNodeClaim): Finding {
  const pods = scaleUpFaults(snapshot).find(
    ({ rule, subject }) => rule === 'karpenter-nodeclaim-stuck' && refKey(subject) === refKey(ref),
  )?.pods;
  const said = condition?.message === undefined || condition.message === '' ? '' : `: "${inline(condition.message)}"`;
  const waiting = pods === undefined ? '' : `, and ${podsInWords(pods)} ${pods.length === 1 ? 'waits' : 'wait'} for it`;
  return {
    rule: karpenterNodeclaimStuck.meta.id,
    subject: ref,
    severity: pods === undefined ? 'warning' : 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition?.lastTransitionTime ?? claim.metadata.creationTimestamp),
    message: `${inWords(ref)} is not ${step.toLowerCase()} after ${span(age)}${waiting}`,
    cause: `Condition ${step} of ${inWords(ref)} is not True for ${span(age)}, so ${MEANING[step]}${said}.`,
    detail: { step, pods: pods?.length ?? 0 },
    evidence: [
      condition === undefined ? computed(ref, `no condition ${step}`) : fromCondition(ref, condition),
      ...warnings(snapshot, claim),
    ],
    affects: (pods ?? []).map(({ state }) => state.ref),
    fixes: [
      {
        summary: `Find out why ${inWords(ref)} is not ${step.toLowerCase()}`,
        steps: [STEPS[step]],
        commands: [
          kubectl(undefined, 'describe', kubectlName(ref)),
          kubectl(undefined, 'get', 'nodepools.karpenter.sh,nodeclaims.karpenter.sh'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}

function warnings(snapshot: Snapshot, claim: StuckNodeClaim['claim']): readonly Evidence[] {
  const event = eventsOf(snapshot, claim).find(({ type }) => type === 'Warning');
  return event === undefined ? [] : [fromEvent(event)];
}
