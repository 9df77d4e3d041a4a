import { groupBy, isFinished, labelValue, topOwner } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  refKey,
  type Analyzer,
  type Finding,
  type Pod,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { isMeshed, namespaceLabels } from '../support/mesh.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { configuredWebhooks } from '../support/webhook-configurations.ts';
import { counted, listed } from '../support/words.ts';

const INJECT = 'sidecar.istio.io/inject';
const RESTARTABLE: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** Reports pods that should have a sidecar of the mesh and have none. */
export const meshSidecarNotInjected: Analyzer = {
  meta: {
    id: 'mesh-sidecar-not-injected',
    title: 'Pod has no sidecar although its namespace asks for one',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'Namespace', 'MutatingWebhookConfiguration', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
    breaks: ['network'],
    docs: {
      means:
        'The pods run outside of the mesh: they were created before the namespace got its label, or while the injector did not answer. Peers that insist on mutual TLS refuse them.',
      decides:
        'The namespace has the label istio-injection=enabled (or a revision), the injector of Istio is installed, and a living pod has no container istio-proxy.',
      silent:
        'For pods that opt out by label or annotation, on the host’s network, in ambient mode, and where no injector is known.',
      references: ['https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/'],
    },
  },
  *analyze({ snapshot }) {
    if (!configuredWebhooks(snapshot).some(({ webhook }) => webhook.name.endsWith('sidecar-injector.istio.io'))) return;
    const outside = snapshot.list('Pod').filter((pod) => shouldHave(snapshot, pod) && !isMeshed(snapshot, pod));
    for (const pods of groupBy(outside, (pod) => refKey(topOwner(snapshot, pod))).values()) {
      const [first] = pods;
      if (first !== undefined) yield finding(snapshot, topOwner(snapshot, first), first, pods);
    }
  },
};

function shouldHave(snapshot: Snapshot, pod: Pod): boolean {
  const { labels, annotations, deletionTimestamp } = pod.metadata;
  const optsOut = (labelValue(labels, INJECT) ?? labelValue(annotations, INJECT)) === 'false';
  if (optsOut || pod.spec.hostNetwork === true || deletionTimestamp !== undefined || isFinished(pod)) return false;
  return asksFor(snapshot, pod) !== undefined;
}

/** The label of the namespace that asks for sidecars. `istio-injection` has the last word where both are set. */
function asksFor(snapshot: Snapshot, pod: Pod): string | undefined {
  const labels = namespaceLabels(snapshot, pod);
  const injection = labelValue(labels, 'istio-injection');
  if (injection !== undefined) return injection === 'enabled' ? 'istio-injection=enabled' : undefined;
  const revision = labelValue(labels, 'istio.io/rev');
  return revision === undefined ? undefined : `istio.io/rev=${revision}`;
}

function finding(snapshot: Snapshot, owner: ResourceRef, first: Pod, pods: readonly Pod[]): Finding {
  const namespace = ref('Namespace', undefined, owner.namespace ?? '');
  const label = asksFor(snapshot, first) ?? '';
  const containers = first.spec.containers.map(({ name }) => name);
  const again = RESTARTABLE.has(owner.kind);
  return {
    rule: meshSidecarNotInjected.meta.id,
    subject: owner,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `${counted(pods.length, 'pod')} of ${inWords(owner)} ${pods.length === 1 ? 'has' : 'have'} no sidecar of the mesh`,
    cause: `Namespace ${namespace.name} asks for sidecars (${label}), and ${listed(pods.map(({ metadata }) => metadata.name))} ${pods.length === 1 ? 'has' : 'have'} none: created before the label, or while the injector did not answer.`,
    evidence: [
      fromSpec(namespace, 'metadata.labels', label),
      computed(
        ref('Pod', first.metadata.namespace, first.metadata.name),
        `containers: ${listed(containers, 6)}; created ${first.metadata.creationTimestamp ?? 'unknown'}`,
      ),
    ],
    affects: refsOfPods(pods),
    fixes: [
      {
        summary: again ? `Restart ${inWords(owner)}` : `Create ${inWords(owner)} again`,
        steps: ['Sidecars are added when pods are created. See first that the injector answers.'],
        commands: again
          ? [kubectl(owner.namespace, 'rollout', 'restart', kubectlName(owner))]
          : [kubectl(owner.namespace, 'get', kubectlName(owner), '-o', 'yaml')],
        effect: again ? 'change' : 'none',
        where: 'cluster',
      },
    ],
  };
}
