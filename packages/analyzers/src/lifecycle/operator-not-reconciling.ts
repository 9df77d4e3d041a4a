import { workloadNamed } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  refKey,
  type Analyzer,
  type Evidence,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { idleOperators, type IdleOperator } from '../support/waiting-objects.ts';
import { scaledAt } from '../support/scaled-to-zero.ts';
import { counted, listed } from '../support/words.ts';

/** Reports operators that are down while objects wait for them. */
export const operatorNotReconciling: Analyzer = {
  meta: {
    id: 'operator-not-reconciling',
    title: 'Operator is down while its objects wait',
    role: 'fault',
    severity: 'warning',
    reads: [
      'Deployment',
      'StatefulSet',
      'DaemonSet',
      'Pod',
      'ClusterRole',
      'ClusterRoleBinding',
      'Role',
      'RoleBinding',
      'CustomResourceDefinition',
    ],
    breaks: ['deletion'],
    waitsFor: ['availability', 'pod-creation', 'rollout'],
    docs: {
      means: 'Nobody acts on the custom objects of this operator: deleted ones stay, changed ones are not applied.',
      decides:
        'Objects that are being deleted hold a finalizer, or objects have a newer generation than their status has seen, and every workload that can be their operator is scaled to zero or has no ready pod.',
      silent:
        'When the operator runs, when it cannot be told which workload it is, and in the first minute or two after the change.',
      falsePositives:
        'Who the operator is, is inferred from the rights of ServiceAccounts or from settings that name the group.',
      references: ['https://kubernetes.io/docs/concepts/extend-kubernetes/operator/'],
    },
  },
  *analyze({ snapshot }) {
    for (const idle of idleOperators(snapshot)) yield finding(snapshot, idle);
  },
};

function finding(snapshot: Snapshot, { operator, stuck, stale }: IdleOperator): Finding {
  const subject = operator.ref;
  const objects = [...stuck.map((each) => each.ref), ...stale];
  const state = operator.isOff ? 'is scaled to zero' : 'has no ready pod';
  const work = [
    ...(stuck.length === 0
      ? []
      : [`${counted(stuck.length, 'deleted object')} (${listed(stuck.map((each) => inWords(each.ref)))})`]),
    ...(stale.length === 0
      ? []
      : [`${counted(stale.length, 'changed object')} (${listed(stale.map((each) => inWords(each)))})`]),
  ];
  return {
    rule: operatorNotReconciling.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    ...optional('since', operator.isOff ? scaledAt(snapshot, subject) : undefined),
    message: `${inWords(subject)} ${state}, so ${listed(objects.map((each) => inWords(each)))} ${objects.length === 1 ? 'waits' : 'wait'} for it`,
    cause: `${inWords(subject)} looks after ${listed(work)} and ${state}.`,
    detail: { deleted: stuck.length, changed: stale.length },
    evidence: [
      ...sizeEvidence(snapshot, subject, operator.isOff),
      computed(subject, operator.words),
      ...stuckEvidence(stuck),
    ],
    affects: [
      ...objects,
      ...namespacesOf(
        snapshot,
        stuck.map((each) => each.ref),
      ),
    ],
    ...(operator.isOff ? { waitsFor: [] } : {}),
    fixes: [fixOf(subject, operator.isOff)],
  };
}

function sizeEvidence(snapshot: Snapshot, subject: ResourceRef, isOff: boolean): readonly Evidence[] {
  const replicas = workloadNamed(snapshot, subject)?.replicas;
  if (isOff) return [fromSpec(subject, 'spec.replicas', '0')];
  return [computed(subject, `0 ready pods${replicas === undefined ? '' : ` of ${replicas}`}`)];
}

function stuckEvidence(stuck: IdleOperator['stuck']): readonly Evidence[] {
  return stuck.slice(0, 2).map((each) => fromSpec(each.ref, 'metadata.finalizers', each.finalizers.join(', ')));
}

/** Namespaces that are being deleted wait for what is stuck in them. */
function namespacesOf(snapshot: Snapshot, objects: readonly ResourceRef[]): readonly ResourceRef[] {
  const names = objects.map(({ namespace }) => ref('Namespace', undefined, namespace ?? ''));
  return [...new Map(names.map((each) => [refKey(each), each])).values()].filter((target) => {
    const found = snapshot.lookup(target);
    return found.state === 'present' && found.object.metadata.deletionTimestamp !== undefined;
  });
}

function fixOf(subject: ResourceRef, isOff: boolean): Fix {
  if (!isOff) {
    return {
      summary: `Bring ${inWords(subject)} up again`,
      steps: ['Once its pods are ready it works through what waits by itself.'],
      commands: [
        kubectl(subject.namespace, 'describe', kubectlName(subject)),
        kubectl(subject.namespace, 'get', 'pods'),
      ],
      effect: 'none',
      where: 'cluster',
    };
  }
  return {
    summary: `Scale ${inWords(subject)} up again`,
    steps: ['With one replica it works through what waits by itself; scale it to the number that it had.'],
    commands: [kubectl(subject.namespace, 'scale', kubectlName(subject), '--replicas=1')],
    effect: 'change',
    where: 'cluster',
  };
}
