import { CONFIDENCE, refKey, ref, type Analyzer, type Finding } from '@kroot/types';
import { topOwner } from '@kroot/graph';
import { claims, type Claim } from '../support/claims.ts';
import { fromContainer, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { moreMemory } from '../support/memory.ts';
import { optional } from '../support/optional.ts';
import { listed } from '../support/words.ts';

/** Reports LimitRanges whose default memory limit kills containers that ask for none. */
export const oomkilledByLimitrangeDefault: Analyzer = {
  meta: {
    id: 'oomkilled-by-limitrange-default',
    title: 'Default memory limit of a LimitRange is too small',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'LimitRange', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'],
    breaks: ['container-exit'],
    docs: {
      means:
        'Containers without a memory limit of their own get the default of a LimitRange of their namespace, and it is too small for them.',
      decides:
        'OOMKilled containers whose limit equals the default of a LimitRange, while the workload asks for none or the admission annotation says where the limit is from.',
      silent: 'Where the workload sets the limit itself, even to the same value.',
      references: ['https://kubernetes.io/docs/concepts/policy/limit-range/'],
    },
  },
  *analyze({ snapshot }) {
    const byRange = new Map<string, Claim[]>();
    for (const claim of claims(snapshot).get('oomkilled-by-limitrange-default') ?? []) {
      const key = `${claim.pod.ref.namespace ?? ''}/${claim.limitRange ?? ''}`;
      byRange.set(key, [...(byRange.get(key) ?? []), claim]);
    }
    for (const group of byRange.values()) {
      const [first] = group;
      if (first !== undefined) yield finding(group, first, (claim) => topOwner(snapshot, claim.pod.pod));
    }
  },
};

function finding(group: readonly Claim[], first: Claim, ownerOf: (claim: Claim) => ReturnType<typeof ref>): Finding {
  const subject = ref('LimitRange', first.pod.ref.namespace, first.limitRange ?? '');
  const limit = first.state.container.resources?.limits?.['memory'] ?? '';
  const owners = new Map(group.map((claim) => [refKey(ownerOf(claim)), ownerOf(claim)]));
  const [owner = first.pod.ref] = owners.values();
  const raised = moreMemory(limit);
  const pods = group.map(({ pod }) => pod);
  return {
    rule: oomkilledByLimitrangeDefault.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', sinceOf(pods)),
    message: `${inWords(subject)} gives containers a default memory limit of ${limit}, which kills ${listed([...owners.values()].map((one) => inWords(one)))}`,
    cause: `Container "${first.state.name}" of ${inWords(owner)} asks for no memory limit, got the default ${limit} of ${inWords(subject)}, and is OOMKilled.`,
    evidence: [
      fromContainer(first.pod.ref, first.state),
      fromSpec(subject, 'spec.limits[type=Container].default.memory', limit),
      fromSpec(first.pod.ref, `${first.state.path}.resources.limits.memory`, limit),
    ],
    affects: pods.map((pod) => pod.ref),
    fixes: [
      {
        summary: `Give container "${first.state.name}" a memory limit of its own`,
        steps: [`A limit in the template of ${inWords(owner)} replaces the default.`],
        commands: [
          kubectl(
            owner.namespace,
            'set',
            'resources',
            kubectlName(owner),
            '-c',
            first.state.name,
            `--limits=memory=${raised}`,
            `--requests=memory=${limit}`,
          ),
        ],
        effect: 'change',
        where: 'cluster',
      },
      {
        summary: `Raise the default of ${inWords(subject)}`,
        steps: ['Edit spec.limits[].default.memory; only pods that are created afterwards get the new default.'],
        commands: [kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml')],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
