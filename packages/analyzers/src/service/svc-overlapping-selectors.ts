import { groupBy, podState, refOf, serviceEndpoints, topOwner } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Finding,
  type Pod,
  type ResourceRef,
  type Service,
  type Snapshot,
} from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { portWords, servingContainers } from '../support/port-miss.ts';
import { counted, listed } from '../support/words.ts';

/** Reports Services that select pods of another workload, which cannot answer on their port. */
export const svcOverlappingSelectors: Analyzer = {
  meta: {
    id: 'svc-overlapping-selectors',
    title: 'Service selects pods of a foreign workload',
    role: 'fault',
    severity: 'warning',
    reads: ['Service', 'EndpointSlice', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'],
    breaks: ['endpoints', 'route', 'dependency'],
    docs: {
      means:
        'The selector is too wide: pods of a second workload, which serves something else, are endpoints of the Service as well, and their share of the connections is refused.',
      decides:
        'Ready pods of two workloads with different images are selected. Those of one declare the target port, those of the other declare ports without it and name it nowhere in their settings.',
      silent:
        'For two versions of one program (canary, blue and green: the same ports or the same image), for named target ports (pods without the name are left out), and where a container declares no port at all.',
      falsePositives: 'A program may listen on a port that its container does not declare.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service'],
    },
  },
  *analyze({ snapshot }) {
    for (const service of snapshot.list('Service')) yield* mixed(snapshot, service);
  },
};

interface Group {
  readonly owner: ResourceRef;
  readonly pods: readonly Pod[];
}

function groupsOf(snapshot: Snapshot, service: Service): readonly Group[] {
  const { managed, selected, selectedComplete } = serviceEndpoints(snapshot, service);
  if (!managed || !selectedComplete) return [];
  const ready = selected.filter((pod) => podState(snapshot, pod).stage === 'ready');
  return [...groupBy(ready, (pod) => refKey(topOwner(snapshot, pod))).values()].flatMap((pods) => {
    const [first] = pods;
    return first === undefined ? [] : [{ owner: topOwner(snapshot, first), pods }];
  });
}

function* mixed(snapshot: Snapshot, service: Service): Iterable<Finding> {
  const groups = groupsOf(snapshot, service);
  if (groups.length < 2) return;
  for (const { port, targetPort = port, name } of service.spec?.ports ?? []) {
    if (typeof targetPort !== 'number') continue;
    const own = groups.filter(({ pods }) => pods.every((pod) => declares(pod, targetPort)));
    const foreign = groups.filter(({ pods }) => pods.every((pod) => cannotServe(pod, targetPort)));
    const images = new Set(own.flatMap(({ pods }) => pods.flatMap((pod) => imagesOf(pod))));
    const strangers = foreign.filter(
      ({ pods }) => !pods.some((pod) => imagesOf(pod).some((image) => images.has(image))),
    );
    if (own.length > 0 && strangers.length > 0) {
      yield finding(service, { own, strangers, target: targetPort, key: name ?? String(port) });
      return;
    }
  }
}

function declares(pod: Pod, port: number): boolean {
  return servingContainers(pod).some(({ ports = [] }) => ports.some(({ containerPort }) => containerPort === port));
}

/** Every container declares its ports, and the number occurs nowhere. */
function cannotServe(pod: Pod, port: number): boolean {
  const containers = servingContainers(pod);
  if (!containers.every(({ ports = [] }) => ports.length > 0)) return false;
  return !JSON.stringify(containers).includes(String(port));
}

/** Images without tag and digest: two versions of one program are one. */
function imagesOf(pod: Pod): readonly string[] {
  return servingContainers(pod).map(({ image = '' }) => image.replace(/@.*$/, '').replace(/:[^:/]*$/, ''));
}

interface Mix {
  readonly own: readonly Group[];
  readonly strangers: readonly Group[];
  readonly target: number;
  readonly key: string;
}

function finding(service: Service, { own, strangers, target, key }: Mix): Finding {
  const subject = refOf(service);
  const selector = Object.entries(service.spec?.selector ?? {}).map(([name, value]) => `${name}=${value}`);
  const foreign = listed(strangers.map(({ owner }) => inWords(owner)));
  const pods = strangers.flatMap((group) => group.pods);
  const ports = [
    ...new Set(
      pods.flatMap((pod) =>
        servingContainers(pod).flatMap(({ ports: all = [] }) => all.map((each) => portWords(each))),
      ),
    ),
  ];
  return {
    rule: svcOverlappingSelectors.meta.id,
    subject,
    discriminator: key,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    message: `${inWords(subject)} also sends requests to ${foreign}`,
    cause: `The selector ${selector.join(', ')} of ${inWords(subject)} selects ${listed(own.map(({ owner }) => inWords(owner)))}, which serves port ${target}, and ${counted(pods.length, 'pod')} of ${foreign}, which ${strangers.length === 1 ? 'declares' : 'declare'} only ${listed(ports, 4)}.`,
    evidence: [
      fromSpec(subject, 'spec.selector', selector.join(', ')),
      ...strangers.slice(0, 2).map(({ owner }) => fromSpec(owner, 'containerPorts', ports.slice(0, 6).join(', '))),
    ],
    fixes: [
      {
        summary: `Narrow the selector of ${inWords(subject)} to ${listed(own.map(({ owner }) => inWords(owner)))}`,
        steps: [
          'Add a label to spec.selector that only the pods that are meant carry; see which by comparing their labels.',
        ],
        commands: [
          kubectl(subject.namespace, 'get', 'pods', '-l', selector.join(','), '--show-labels'),
          kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
