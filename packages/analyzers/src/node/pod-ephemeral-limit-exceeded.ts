import { type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { type Eviction } from '../messages/eviction.ts';
import { containerNamed, evictionFinding, templatePath, templateSpec } from '../support/eviction-finding.ts';
import { evictions, type EvictionGroup } from '../support/evictions.ts';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { counted } from '../support/words.ts';

/** Reports workloads whose pods are evicted for writing more than their limit of ephemeral storage. */
export const podEphemeralLimitExceeded: Analyzer = {
  meta: {
    id: 'pod-ephemeral-limit-exceeded',
    title: 'Pod wrote more than its limit of ephemeral storage',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Event', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'],
    breaks: ['eviction', 'availability'],
    docs: {
      means:
        'Writable layer, logs and emptyDir data of a container or pod have grown beyond limits.ephemeral-storage, and the kubelet evicted the pod. The node itself is not short of space.',
      decides:
        'A failed pod has reason Evicted and the message names the local ephemeral storage limit of a container or pod.',
      silent: 'When the workload has all its pods again, unless it was evicted several times and within the last hour.',
      references: ['https://kubernetes.io/docs/concepts/storage/ephemeral-storage/'],
    },
  },
  *analyze({ snapshot }) {
    for (const group of evictions(snapshot)) {
      const { eviction } = group;
      if (eviction.kind === 'container-limit' || eviction.kind === 'pod-limit')
        yield finding(snapshot, group, eviction);
    }
  },
};

type LimitEviction = Extract<Eviction, { readonly kind: 'container-limit' | 'pod-limit' }>;

function finding(snapshot: Snapshot, group: EvictionGroup, eviction: LimitEviction): Finding {
  const { owner, pods } = group;
  const { limit } = eviction;
  const container = eviction.kind === 'container-limit' ? eviction.container : undefined;
  const who = container === undefined ? `A pod of ${inWords(owner)}` : `Container "${container}" of ${inWords(owner)}`;
  const path =
    container === undefined ? 'spec.containers' : `spec.containers[${container}].resources.limits.ephemeral-storage`;
  const set = containerNamed(templateSpec(snapshot, group), container ?? '')?.resources?.limits?.['ephemeral-storage'];
  const edit = owner.kind === 'Pod' || container === undefined;
  return evictionFinding(snapshot, podEphemeralLimitExceeded.meta, group, {
    message: `${who} wrote more than its limit of ${limit} ephemeral storage`,
    cause: `The kubelet evicted ${counted(pods.length, 'pod')} of ${inWords(owner)} because ${container === undefined ? 'the containers together' : `"${container}"`} wrote more than ${limit} to disk.`,
    discriminator: container ?? '',
    evidence: container === undefined ? [] : [fromSpec(owner, `${templatePath(group)}${path}`, set ?? limit)],
    fixes: [
      {
        summary: `Give the data of ${inWords(owner)} another place`,
        steps: [
          'Put what grows (caches, uploads, log files) on a PersistentVolumeClaim or an emptyDir with a sizeLimit of its own.',
        ],
        commands: [kubectl(owner.namespace, 'describe', kubectlName(owner))],
        effect: 'none',
        where: 'git',
      },
      {
        summary: `Or raise limits.ephemeral-storage above ${limit}`,
        steps: [`Edit ${templatePath(group)}${path} of ${inWords(owner)}.`],
        commands: edit ? [] : [kubectl(owner.namespace, 'edit', kubectlName(owner))],
        effect: 'change',
        where: 'cluster',
      },
    ],
  });
}
