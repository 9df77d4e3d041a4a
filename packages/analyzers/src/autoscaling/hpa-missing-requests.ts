import { memoize, parseQuantity, podsOf } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Evidence,
  type Finding,
  type Fix,
  type Pod,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { scalerEvidence, stuckScalers, type StuckScaler } from '../support/scalers.ts';
import { templateContainer } from '../support/template-container.ts';
import { listed } from '../support/words.ts';

interface Lack {
  readonly target: ResourceRef;
  readonly resource: string;
  readonly stuck: StuckScaler[];
  /** Names of the containers without a request; empty when no pod is known. */
  readonly containers: readonly string[];
  readonly pods: readonly Pod[];
}

/** Reports workloads whose autoscaler cannot compute a utilisation, because a container requests nothing. */
export const hpaMissingRequests: Analyzer = {
  meta: {
    id: 'hpa-missing-requests',
    title: 'Container without the request that an autoscaler needs',
    role: 'fault',
    severity: 'warning',
    reads: ['HorizontalPodAutoscaler', 'Pod', 'Deployment', 'StatefulSet', 'ReplicaSet'],
    breaks: ['scaling', 'metrics'],
    docs: {
      means:
        'The autoscaler compares usage with requests. One container of the pod without a request, also one that a webhook injected, and it cannot compute anything.',
      decides:
        'Condition ScalingActive is False and says `missing request for …`. The container is the one that it names; where it names none, those of the target’s pods that have no such request.',
      silent: 'For metrics of type ContainerResource or AverageValue, which need no requests of other containers.',
      references: ['https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details'],
    },
  },
  *analyze({ snapshot }) {
    for (const lack of lacks(snapshot)) yield finding(snapshot, lack);
  },
};

const lacks = memoize((snapshot: Snapshot): readonly Lack[] => {
  const found = new Map<string, Lack>();
  for (const stuck of stuckScalers(snapshot)) {
    const { trouble, target } = stuck;
    if (trouble.kind !== 'missing-request' || target === undefined) continue;
    const key = `${refKey(target)} ${trouble.resource}`;
    const known = found.get(key);
    if (known !== undefined) {
      known.stuck.push(stuck);
      continue;
    }
    const pods = podsOf(snapshot, target);
    const lacking = new Set(pods.flatMap((pod) => containersWithout(pod, trouble.resource)));
    if (trouble.container !== undefined) lacking.add(trouble.container);
    found.set(key, { target, resource: trouble.resource, stuck: [stuck], containers: [...lacking].toSorted(), pods });
  }
  return [...found.values()];
});

function containersWithout({ spec }: Pod, resource: string): readonly string[] {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...spec.containers, ...sidecars]
    .filter(({ resources }) => {
      const request = new Map(Object.entries(resources?.requests ?? {})).get(resource);
      return request === undefined || parseQuantity(request) === 0n;
    })
    .map(({ name }) => name);
}

function finding(snapshot: Snapshot, { target, resource, stuck, containers, pods }: Lack): Finding {
  const [first] = stuck;
  const injected = containers.filter((name) => templateContainer(snapshot, target, name) === undefined);
  const named = containers.length === 0 ? 'a container' : `container ${listed(containers)}`;
  const scalers = listed(stuck.map((each) => inWords(each.ref)));
  return {
    rule: hpaMissingRequests.meta.id,
    subject: target,
    ...optional('discriminator', containers[0]),
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', first?.condition.lastTransitionTime),
    message: `${inWords(target)} has no ${resource} request in ${named}, so ${scalers} cannot scale it`,
    cause: `${scalers} ${stuck.length === 1 ? 'scales' : 'scale'} by ${resource} utilisation, which cannot be computed while ${named} of ${inWords(target)} requests no ${resource}.`,
    detail: { resource, containers },
    evidence: [
      ...scalerEvidence(stuck),
      ...containers.slice(0, 3).flatMap((name) => where(snapshot, target, pods, name)),
    ],
    affects: stuck.map((each) => each.ref),
    fixes: [...containers.map((name) => fixOf(snapshot, { target, resource }, name)), otherMetric(stuck)],
    ...(injected.length === 0 || pods.length === 0
      ? {}
      : {
          notes: [
            `${listed(injected)} is in the pods and not in the template of ${inWords(target)}: something injects it, and its request is set there (an annotation of the template or the injector's own defaults).`,
          ],
        }),
  };
}

function where(snapshot: Snapshot, target: ResourceRef, pods: readonly Pod[], name: string): readonly Evidence[] {
  const field = templateContainer(snapshot, target, name);
  if (field !== undefined) return [fromSpec(target, `${field.path}.resources`, quote(field.container.resources))];
  for (const pod of pods) {
    const container = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((each) => each.name === name);
    if (container === undefined) continue;
    const subject = { group: '', kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name };
    return [fromSpec(subject, `spec.containers[${name}].resources`, quote(container.resources))];
  }
  return [];
}

function quote(resources: unknown): string {
  return resources === undefined ? 'not set' : JSON.stringify(resources);
}

/** The annotations with which a workload sets the requests of Istio's sidecar. */
const ISTIO: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['cpu', ['sidecar.istio.io/proxyCPU', '100m']],
  ['memory', ['sidecar.istio.io/proxyMemory', '128Mi']],
]);

function fixOf(snapshot: Snapshot, { target, resource }: Pick<Lack, 'target' | 'resource'>, name: string): Fix {
  const amount = resource === 'memory' ? '128Mi' : '100m';
  if (templateContainer(snapshot, target, name) !== undefined) {
    return {
      summary: `Set a ${resource} request for container ${name} of ${inWords(target)}`,
      steps: [`Set it to what ${name} uses when it is idle; ${amount} is a start. The pods are rolled out anew.`],
      commands: [
        kubectl(
          target.namespace,
          'set',
          'resources',
          kubectlName(target),
          '-c',
          name,
          `--requests=${resource}=${amount}`,
        ),
      ],
      effect: 'change',
      where: 'cluster',
    };
  }
  const [annotation, value] = (name === 'istio-proxy' ? ISTIO.get(resource) : undefined) ?? [];
  if (annotation === undefined || value === undefined) {
    return describeFix(target, `Give the injected container ${name} a ${resource} request`, [
      `Set it where ${name} is injected from: an annotation of the pod template, or the defaults of the injector. Then roll the pods out anew.`,
    ]);
  }
  const patch = JSON.stringify({ spec: { template: { metadata: { annotations: { [annotation]: value } } } } });
  return {
    summary: `Give the injected container ${name} a ${resource} request again`,
    steps: [
      `Set annotation ${annotation} on the pod template: when one of the resource annotations is set, the injector drops its defaults for all others. The pods are rolled out anew.`,
    ],
    commands: [kubectl(target.namespace, 'patch', kubectlName(target), '--type=merge', '-p', patch)],
    effect: 'change',
    where: 'cluster',
  };
}

function otherMetric(stuck: readonly StuckScaler[]): Fix {
  const [first] = stuck;
  const subject = first?.ref ?? { group: 'autoscaling', kind: 'HorizontalPodAutoscaler', name: '' };
  return {
    summary: `Or let ${inWords(subject)} look at one container only`,
    steps: [
      'Replace the metric of type Resource in spec.metrics by one of type ContainerResource that names the main container.',
    ],
    commands: [kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml')],
    effect: 'none',
    where: 'cluster',
  };
}
