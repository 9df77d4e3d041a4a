import { conditionOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { fromCondition, fromSpec } from '../support/evidence.ts';
import { blockedPods, groupPods, sinceOf, type PodGroup } from '../support/group-pods.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { inline } from '../support/words.ts';

/** A load balancer may take minutes to register a target. */
const GRACE = 180_000;

/** Reports readiness gates that nobody opens, although the containers are ready. */
export const readinessGateUnmet: Analyzer = {
  meta: {
    id: 'readiness-gate-unmet',
    title: 'Readiness gate is not open',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet'],
    breaks: ['readiness'],
    docs: {
      means:
        'All containers are ready, but the pod also waits for a condition that a controller outside has to set, and that has not happened.',
      decides:
        'Ready=False with reason ReadinessGatesNotReady for three minutes; the gates whose condition is not True are named.',
      silent: 'While a container is not ready, and in the first three minutes.',
      references: ['https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-readiness-gate'],
    },
  },
  *analyze(context) {
    const entries = blockedPods(context, 'gates')
      .filter(({ since }) => since === undefined || context.now - since >= GRACE)
      .map((pod) => ({ pod, container: '', key: unmet(pod.pod).join(', ') }));
    for (const group of groupPods(context, entries)) yield finding(group);
  },
};

function unmet({ spec, status }: PodGroup['pods'][number]['pod']): readonly string[] {
  return (spec.readinessGates ?? [])
    .map(({ conditionType }) => conditionType)
    .filter((type) => conditionOf(status?.conditions, type)?.status !== 'True');
}

function finding({ owner, key, pods }: PodGroup): Finding {
  const [first] = pods;
  const target = first?.ref ?? owner;
  const ready = conditionOf(first?.pod.status?.conditions, 'Ready');
  const gate = first === undefined ? undefined : conditionOf(first.pod.status?.conditions, unmet(first.pod)[0] ?? '');
  return {
    rule: readinessGateUnmet.meta.id,
    subject: owner,
    discriminator: key,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', sinceOf(pods)),
    message: `${inWords(owner)} waits for readiness gate ${key}, which nothing opens`,
    cause: `All containers of ${inWords(target)} are ready, but its readiness gate ${key} is not True: ${inline(ready?.message ?? 'the kubelet gives no words', 200)}.`,
    evidence: [
      ...(ready === undefined ? [] : [fromCondition(target, ready)]),
      ...(gate === undefined ? [] : [fromCondition(target, gate)]),
      fromSpec(target, 'spec.readinessGates', key),
    ],
    affects: pods.map(({ ref }) => ref),
    notes: [
      gate === undefined
        ? 'The condition is not in the status at all: the controller that should set it has never looked at this pod, or is not running.'
        : 'The controller that sets the condition is at work, and says no.',
    ],
    fixes: [
      {
        summary: `See whether the controller that sets condition ${key} is running, and what it says about ${inWords(target)}`,
        steps: [
          'The domain of the condition names the controller; a webhook of the same controller usually added the gate.',
        ],
        commands: [kubectl(target.namespace, 'describe', kubectlName(target))],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
