import { groupBy, labelValue, podState, refOf, timeOf, topOwner } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Finding,
  type Namespace,
  type Pod,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { createGroups } from '../support/create-groups.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { podSecurityViolations, type PodSecurityLevel } from '../support/pod-security.ts';
import { counted, listed } from '../support/words.ts';

const LABEL = 'pod-security.kubernetes.io/enforce';

/** Reports namespaces whose pods run although their newer Pod Security level forbids them. */
export const psaLatent: Analyzer = {
  meta: {
    id: 'psa-latent',
    title: 'Running pods would be refused by the Pod Security level of today',
    role: 'fault',
    severity: 'warning',
    reads: ['Namespace', 'Pod', 'Event'],
    breaks: ['pod-creation'],
    docs: {
      means: 'The level of the namespace was raised while pods ran. They go on, and none of them can be created again.',
      decides:
        'The change clock dates the labels of the namespace after the start of pods that violate the enforced level, by the controls of the Pod Security Standards.',
      silent:
        'Without managedFields, since a pod may be exempt by the configuration of the API server, and when controllers are refused pods for it already: then that is told (psa-violation).',
      references: ['https://kubernetes.io/docs/concepts/security/pod-security-standards/'],
    },
  },
  *analyze({ snapshot }) {
    const refused = new Set(
      createGroups(snapshot)
        .filter(({ rule }) => rule === 'psa-violation')
        .flatMap(({ refused: all }) => all.map(({ controller }) => controller.namespace)),
    );
    for (const namespace of snapshot.list('Namespace')) {
      const found = refused.has(namespace.metadata.name) ? undefined : lateLevel(snapshot, namespace);
      if (found !== undefined) yield finding(snapshot, refOf(namespace), found);
    }
  },
};

interface LateLevel {
  readonly level: PodSecurityLevel;
  readonly changedAt: string;
  readonly pods: readonly Pod[];
}

function lateLevel(snapshot: Snapshot, { metadata }: Namespace): LateLevel | undefined {
  const level = labelValue(metadata.labels, LABEL);
  if (level !== 'baseline' && level !== 'restricted') return undefined;
  const changedAt = (metadata.changes ?? []).find(
    ({ subresource, paths }) => subresource === undefined && paths.some((path) => path.startsWith('metadata.labels')),
  )?.time;
  const changed = timeOf(changedAt);
  if (changedAt === undefined || changed === undefined) return undefined;
  const pods = snapshot
    .list('Pod', metadata.name)
    .filter(
      (pod) =>
        podState(snapshot, pod).stage === 'ready' &&
        (timeOf(pod.metadata.creationTimestamp) ?? Infinity) < changed &&
        podSecurityViolations(pod.spec, level).length > 0,
    );
  return pods.length === 0 ? undefined : { level, changedAt, pods };
}

function finding(snapshot: Snapshot, subject: ResourceRef, { level, changedAt, pods }: LateLevel): Finding {
  const byOwner = groupBy(pods, (pod) => refKey(topOwner(snapshot, pod)));
  const owners = [...byOwner.values()].flatMap(([pod]) =>
    pod === undefined ? [] : [{ pod, owner: topOwner(snapshot, pod) }],
  );
  const names = listed(owners.map(({ owner }) => inWords(owner)));
  return {
    rule: psaLatent.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    since: changedAt,
    message: `Pods of ${names} run and could not be created again: namespace ${subject.name} enforces ${level} since ${changedAt}`,
    cause: `${counted(pods.length, 'pod')} of namespace ${subject.name} started before its level became ${level} and ${pods.length === 1 ? 'violates' : 'violate'} it; the next restart or eviction loses them.`,
    detail: { level },
    evidence: [
      fromSpec(subject, `metadata.labels[${LABEL}]`, level),
      ...owners
        .slice(0, 3)
        .map(({ pod, owner }) => computed(owner, podSecurityViolations(pod.spec, level).slice(0, 4).join('; '))),
    ],
    fixes: [
      {
        summary: `Let the API server list what violates ${level} in namespace ${subject.name}`,
        steps: ['Then correct the securityContext of the templates before the pods have to be created again.'],
        commands: [
          kubectl(
            undefined,
            'label',
            '--dry-run=server',
            '--overwrite',
            `namespace/${subject.name}`,
            `${LABEL}=${level}`,
          ),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
