import { conditionOf, controlledBy, refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Deployment, type Finding, type Snapshot } from '@kroot/types';
import { computed, fromCondition, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { isFresh } from '../support/rollout-grace.ts';
import { counted } from '../support/words.ts';

const ID = 'deploy-paused';

/** Reports Deployments whose pause keeps a revision, or all pods, from being rolled out. */
export const deployPaused: Analyzer = {
  meta: {
    id: ID,
    title: 'Deployment is paused with a change that is not rolled out',
    role: 'fault',
    severity: 'critical',
    reads: ['Deployment', 'ReplicaSet'],
    breaks: ['rollout', 'pod-creation', 'availability'],
    docs: {
      means:
        'A paused Deployment takes changes of its template and does nothing with them. One that was paused when it was made has no pods at all.',
      decides:
        'spec.paused is true, and fewer pods than wanted are of the newest template. Critical when it never made a ReplicaSet, else a remark.',
      silent: 'For paused Deployments with nothing to roll out, and those scaled to zero.',
      references: [
        'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pausing-and-resuming-a-deployment',
      ],
    },
  },
  *analyze({ snapshot, now }) {
    for (const deployment of snapshot.list('Deployment')) {
      const { status } = deployment;
      if (!isHeld(deployment, now)) continue;
      if (hasNeverRun(snapshot, deployment)) yield neverRun(deployment);
      else if ((status?.replicas ?? 0) > 0 && status?.updatedReplicas === undefined) yield pending(deployment);
    }
  },
};

/** Whether a pause keeps pods of the newest template from being made. */
function isHeld({ spec, status, metadata }: Deployment, now: number): boolean {
  const wanted = spec.replicas ?? 1;
  if (spec.paused !== true || wanted === 0 || metadata.deletionTimestamp !== undefined) return false;
  return (status?.updatedReplicas ?? 0) < wanted && !isFresh(now, metadata.creationTimestamp);
}

function hasNeverRun(snapshot: Snapshot, deployment: Deployment): boolean {
  if ((deployment.status?.replicas ?? 0) > 0) return false;
  if (snapshot.coverage.state('ReplicaSet', deployment.metadata.namespace) !== 'complete') return false;
  return controlledBy(snapshot, refOf(deployment)).length === 0;
}

function neverRun(deployment: Deployment): Finding {
  const subject = refOf(deployment);
  return {
    ...common(deployment),
    severity: 'critical',
    message: `${inWords(subject)} is paused and has never been rolled out`,
    cause: `spec.paused has been set since it was made, so none of its ${counted(deployment.spec.replicas ?? 1, 'pod')} was ever created.`,
    affects: [subject],
  };
}

function pending(deployment: Deployment): Finding {
  const subject = refOf(deployment);
  return {
    ...common(deployment),
    severity: 'info',
    message: `${inWords(subject)} is paused with a change that is not rolled out`,
    cause: `Its template has changed since the pause, and all ${counted(deployment.status?.replicas ?? 0, 'pod')} still have the one before.`,
    breaks: ['rollout'],
  };
}

function common(
  deployment: Deployment,
): Pick<Finding, 'rule' | 'subject' | 'confidence' | 'since' | 'evidence' | 'fixes'> {
  const subject = refOf(deployment);
  const { spec, status } = deployment;
  const condition = conditionOf(status?.conditions, 'Progressing');
  return {
    rule: ID,
    subject,
    confidence: CONFIDENCE.proved,
    ...optional('since', condition?.lastTransitionTime),
    evidence: [
      fromSpec(subject, 'spec.paused', 'true'),
      computed(
        subject,
        `spec.replicas ${spec.replicas ?? 1}, status.replicas ${status?.replicas ?? 0}, of the newest template ${status?.updatedReplicas ?? 0}`,
      ),
      ...(condition === undefined ? [] : [fromCondition(subject, condition)]),
    ],
    fixes: [
      {
        summary: `Resume ${inWords(subject)}`,
        steps: ['Somebody has paused it: make sure that its template is as it should be before it rolls out.'],
        commands: [kubectl(subject.namespace, 'rollout', 'resume', kubectlName(subject))],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
