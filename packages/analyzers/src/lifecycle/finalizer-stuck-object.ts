import { groupBy } from '@kroot/graph';
import {
  CONFIDENCE,
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
import { type Operator } from '../support/operators.ts';
import { waitingObjects, type WaitingObject } from '../support/waiting-objects.ts';
import { counted, listed, span } from '../support/words.ts';

/** Without a controller that is seen to be down, a deletion may simply take its time. */
const LONG = 600_000;

/** Reports deleted objects that stay, because nobody removes their finalizers. */
export const finalizerStuckObject: Analyzer = {
  meta: {
    id: 'finalizer-stuck-object',
    title: 'Deleted object is kept by a finalizer',
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
    waitsFor: ['deletion'],
    docs: {
      means:
        'The object has been deleted and stays, until the controller that owns its finalizer has cleaned up and takes the finalizer away.',
      decides:
        'deletionTimestamp is set and a finalizer is left: for a minute when its controller is seen to be down, else for ten. The controller is the workload whose ServiceAccount may write the group of the object or of the finalizer, or whose settings name it.',
      silent:
        'For finalizers of Kubernetes itself (foreground deletion, orphaning, kubernetes.io/…), for pods, claims, volumes and definitions, which other rules tell, and for objects that are not being deleted.',
      references: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/'],
    },
  },
  *analyze({ snapshot }) {
    const waiting = waitingObjects(snapshot).filter(({ age, operator }) => operator?.isDown === true || age >= LONG);
    const groups = groupBy(waiting, ({ ref, finalizers, operator }) =>
      [
        ref.group,
        ref.kind,
        ref.namespace ?? '',
        finalizers.join(','),
        operator === undefined ? '' : refKey(operator.ref),
      ].join('\n'),
    );
    for (const group of groups.values()) {
      const [first] = group;
      if (first !== undefined) yield finding(snapshot, first, group);
    }
  },
};

function finding(snapshot: Snapshot, first: WaitingObject, group: readonly WaitingObject[]): Finding {
  const { ref: subject, finalizers, operator, age, object } = first;
  const refs = group.map(({ ref }) => ref);
  const who =
    group.length === 1 ? inWords(subject) : `${inWords(subject)} and ${counted(group.length - 1, 'other')} of its kind`;
  const named = `finalizer ${listed(finalizers)}`;
  return {
    rule: finalizerStuckObject.meta.id,
    subject,
    discriminator: finalizers.join(','),
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    ...optional('since', object.metadata.deletionTimestamp),
    message: `${who} cannot be deleted: ${named} is not removed`,
    cause: `${inWords(subject)} was deleted ${span(age)} ago, and ${named} is left${operatorWords(operator)}.`,
    detail: { finalizers, objects: group.length },
    evidence: [
      fromSpec(subject, 'metadata.deletionTimestamp', object.metadata.deletionTimestamp ?? ''),
      fromSpec(subject, 'metadata.finalizers', (object.metadata.finalizers ?? []).join(', ')),
      ...operatorEvidence(operator),
    ],
    affects: refs,
    ...(operator?.isDown === true ? { because: [{ ref: operator.ref, mechanism: 'deletion' as const }] } : {}),
    fixes: fixesOf(subject, refs, finalizers, operator),
    notes: [
      'What the finalizer guards (records, cloud resources, locks) is left behind when it is removed by hand.',
      ...(operator === undefined ? noController(snapshot) : []),
    ],
  };
}

function noController(snapshot: Snapshot): readonly string[] {
  return snapshot.coverage.state('Deployment') === 'complete'
    ? ['No workload of the cluster could be found that owns the finalizer: its operator may have been uninstalled.']
    : [];
}

function operatorWords(operator: Operator | undefined): string {
  if (operator === undefined) return '';
  if (operator.isOff) return `; ${inWords(operator.ref)}, which should remove it, is scaled to zero`;
  return operator.isDown
    ? `; no pod of ${inWords(operator.ref)}, which should remove it, is ready`
    : `, although ${inWords(operator.ref)}, which should remove it, runs`;
}

function operatorEvidence(operator: Operator | undefined): readonly Evidence[] {
  return operator === undefined ? [] : [computed(operator.ref, operator.words)];
}

function fixesOf(
  subject: ResourceRef,
  refs: readonly ResourceRef[],
  finalizers: readonly string[],
  operator: Operator | undefined,
): readonly Fix[] {
  const look: Fix = {
    summary:
      operator === undefined
        ? `Find the controller of finalizer ${listed(finalizers)}`
        : `Let ${inWords(operator.ref)} remove the finalizer`,
    steps: [
      operator === undefined
        ? 'Its name tells the operator that set it: install it again, so that it can clean up.'
        : `See whether ${inWords(operator.ref)} runs and what it logs about ${subject.name}.`,
    ],
    commands: [
      operator === undefined
        ? kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml')
        : operator.isDown
          ? kubectl(operator.ref.namespace, 'describe', kubectlName(operator.ref))
          : kubectl(operator.ref.namespace, 'logs', kubectlName(operator.ref), '--tail=100'),
    ],
    effect: 'none',
    where: 'cluster',
  };
  return [
    look,
    {
      summary: 'Remove the finalizer by hand, if its controller is gone for good',
      steps: [
        `The ${refs.length === 1 ? 'object disappears' : 'objects disappear'} at once, without what the finalizer was to do.`,
      ],
      commands: refs
        .slice(0, 10)
        .map((target) =>
          kubectl(
            target.namespace,
            'patch',
            kubectlName(target),
            '--type=merge',
            '-p',
            '{"metadata":{"finalizers":null}}',
          ),
        ),
      effect: 'destructive',
      where: 'cluster',
    },
  ];
}
