import { labelValue } from '@kroot/graph';
import { type Analyzer, type Evidence, type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { createRule, failureOf, refusedDo, refusedOwners, TRIES_AGAIN } from '../support/create-rule.ts';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { inline } from '../support/words.ts';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** Reports pods that the Pod Security level of their namespace does not admit. */
export const psaViolation: Analyzer = createRule({
  id: 'psa-violation',
  title: 'Pods break the Pod Security level of their namespace',
  reads: ['Namespace'],
  docs: {
    means:
      'The namespace enforces a Pod Security level, and the template asks for more than it allows. Pods that run already stay; none can be created.',
    decides:
      'A controller lacks pods now, and the words are `violates PodSecurity`. The namespace is the fault where it was changed after the workload or older pods of the same ReplicaSet run; else the template is.',
    references: ['https://kubernetes.io/docs/concepts/security/pod-security-admission/'],
  },
  describe(group, snapshot) {
    const [first] = group.refused;
    const { level = '', version = '', details = '' } = failureOf(first, 'pod-security') ?? {};
    const namespace = first.controller.namespace ?? '';
    const label = labelValue(present(snapshot, 'Namespace', undefined, namespace)?.metadata.labels, ENFORCE);
    const changed = group.subject.kind === 'Namespace';
    return {
      message: changed
        ? `Namespace ${namespace} now enforces Pod Security level ${level}, which ${refusedDo(group, 'does', 'do')} not meet`
        : `Pods of ${refusedOwners(group)} break Pod Security level ${level} of namespace ${namespace}`,
      cause: `Namespace ${namespace} admits only pods of level ${level}:${version}, and those of ${refusedOwners(group)} break it: ${inline(details, 400)}.`,
      evidence: [...labelEvidence(snapshot, namespace, label), ...changeEvidence(snapshot, namespace)],
      fixes: fixes(
        group.refused.map(({ owner }) => owner),
        { namespace, level, details, label },
      ),
      notes:
        label === undefined
          ? [
              'The namespace has no enforce label in the input: the level may be the default of the API server, or the namespace was not captured.',
            ]
          : [],
    };
  },
});

function labelEvidence(snapshot: Snapshot, namespace: string, label: string | undefined): readonly Evidence[] {
  const object = present(snapshot, 'Namespace', undefined, namespace);
  if (object === undefined || label === undefined) return [];
  return [fromSpec({ group: '', kind: 'Namespace', name: namespace }, `metadata.labels["${ENFORCE}"]`, label)];
}

function changeEvidence(snapshot: Snapshot, namespace: string): readonly Evidence[] {
  const change = present(snapshot, 'Namespace', undefined, namespace)?.metadata.changes?.find(
    ({ subresource }) => subresource === undefined,
  );
  if (change?.time === undefined) return [];
  return [
    {
      source: 'computed',
      ref: { group: '', kind: 'Namespace', name: namespace },
      quote: `last changed by ${change.manager}`,
      lastSeen: change.time,
    },
  ];
}

interface Violation {
  readonly namespace: string;
  readonly level: string;
  readonly details: string;
  readonly label: string | undefined;
}

function fixes(owners: readonly ResourceRef[], { namespace, level, details, label }: Violation): readonly Fix[] {
  const [owner] = owners;
  const template =
    owner === undefined
      ? []
      : [
          describeFix(owner, `Make the template of ${inWords(owner)} meet level ${level}`, [
            ...demands(details).map((demand) => `In the template: ${demand}.`),
            TRIES_AGAIN,
          ]),
        ];
  const lower = level === 'restricted' ? 'baseline' : 'privileged';
  if (label === undefined) return template;
  return [
    ...template,
    {
      summary: `Or let namespace ${namespace} enforce only ${lower}`,
      steps: [`This lowers the protection of all pods in ${namespace}. ${TRIES_AGAIN}`],
      commands: [kubectl(undefined, 'label', 'namespace', namespace, `${ENFORCE}=${lower}`, '--overwrite')],
      effect: 'change',
      where: 'cluster',
    },
  ];
}

/** What the message itself says has to be set: the text in each pair of brackets, else the whole. */
function demands(details: string): readonly string[] {
  const found = [...details.slice(0, 4000).matchAll(/\(((?:pod|container)[^()]{1,400})\)/g)].map((match) =>
    inline(match[1] ?? '', 300),
  );
  return found.length === 0 ? [inline(details, 300)] : found.slice(0, 8);
}
