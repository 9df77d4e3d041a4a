import { podState, workloadNamed } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerContext,
  type Container,
  type ContainerPort,
  type Probe,
} from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { portMisses, portWords, servingContainers, serviceOf, type PortMiss } from '../support/port-miss.ts';
import { declaredWords, meantPort, PORT_BREAKS, portFinding } from '../support/port-rule.ts';

/** Reports ports of Services whose numeric targetPort no container of the selected pods declares. */
export const svcTargetportNotDeclared: Analyzer = {
  meta: {
    id: 'svc-targetport-not-declared',
    title: 'targetPort is a number that no container declares',
    role: 'fault',
    severity: 'critical',
    reads: ['Service', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Ingress', 'ConfigMap'],
    breaks: PORT_BREAKS,
    docs: {
      means:
        'The Service sends requests to a port of its pods on which most likely nothing listens, although the endpoints look complete.',
      decides:
        'All containers of the selected pods declare ports, and none declares this number. More certain when the probes use the one port that is declared.',
      silent:
        'When a container declares no port at all (anything may listen there), when the number occurs in a probe, in arguments or in variables of the pods, and for names. A note (info) when nobody is known to use the port, unless the pods declare and probe the very port of the Service.',
      falsePositives:
        'What containers declare is informational: a program may listen on a port that it does not declare.',
      references: ['https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports'],
    },
  },
  *analyze(context) {
    for (const miss of portMisses(context.snapshot)) {
      if (miss.kind !== 'number' || maySomebodyListen(miss)) continue;
      const subject = serviceOf(miss);
      const meant = meantPort(miss);
      const probed = isProbed(context, miss, meant);
      yield portFinding(context, miss, {
        rule: svcTargetportNotDeclared.meta.id,
        message: `Port ${miss.port.port} of ${inWords(subject)} leads to port ${miss.target}, which its pods do not declare`,
        cause: `${inWords(subject)} sends requests to port ${miss.target} of its pods, but the containers of ${inWords(miss.owner)} declare ${declaredWords(miss)}`,
        confidence: meant === undefined ? CONFIDENCE.heuristic : CONFIDENCE.strong,
        needed: meant === undefined ? 'warning' : 'critical',
        unneeded: probed && isPortItself(miss, meant) ? 'warning' : 'info',
        ...(meant === undefined ? {} : { patch: { field: 'targetPort', value: meant.containerPort } }),
        notes: [
          ...(meant === undefined ? [] : [`The port that seems to be meant is ${portWords(meant)}.`]),
          'Containers need not declare the ports on which they listen, so this is an inference; the endpoints are filled all the same.',
        ],
      });
    }
  },
};

/** The pods declare the very port of the Service: the targetPort beside it can hardly be meant. */
function isPortItself({ port, target }: PortMiss, meant: ContainerPort | undefined): boolean {
  return meant !== undefined && meant.containerPort === port.port && target !== port.port;
}

/** The number stands somewhere in the pods' own settings, or a container tells nothing about its ports. */
function maySomebodyListen({ pods, target }: PortMiss): boolean {
  return pods.some((pod) =>
    servingContainers(pod).some(
      (container) => (container.ports ?? []).length === 0 || mentions(container, Number(target)),
    ),
  );
}

function mentions({ command = [], args = [], env = [], ...container }: Container, target: number): boolean {
  if (probesOf(container).some((probe) => probePort(probe) === target)) return true;
  const word = new RegExp(String.raw`(?:^|\D)${target}(?:\D|$)`);
  // Where a container names another host with this port it says nothing about its own.
  const own = env.filter(
    ({ value = '' }) =>
      value.length <= 4096 &&
      (/^\d+$/.test(value) || /(?:^|[\s=])(?:0\.0\.0\.0|\[::\]|\*|localhost|127\.0\.0\.1)?:\d/.test(value)),
  );
  return [...command, ...args, ...own.map(({ value = '' }) => value)].some((text) => word.test(text.slice(0, 8192)));
}

function probesOf({
  livenessProbe,
  readinessProbe,
  startupProbe,
}: Pick<Container, 'livenessProbe' | 'readinessProbe' | 'startupProbe'>): readonly Probe[] {
  return [livenessProbe, readinessProbe, startupProbe].filter((probe) => probe !== undefined);
}

function probePort({ httpGet, tcpSocket, grpc }: Probe): number | string | undefined {
  return httpGet?.port ?? tcpSocket?.port ?? grpc?.port;
}

/** A probe that succeeds on the one declared port shows where the program listens. */
function isProbed({ snapshot }: AnalyzerContext, { pods, owner }: PortMiss, meant: ContainerPort | undefined): boolean {
  if (meant === undefined || !pods.some((pod) => podState(snapshot, pod).stage === 'ready')) return false;
  // Meshes rewrite the probes of the pods; the template still has the original.
  const template = workloadNamed(snapshot, owner)?.template.spec.containers ?? [];
  return [...pods.flatMap((pod) => servingContainers(pod)), ...template].some((container) =>
    probesOf(container).some((probe) => probePort(probe) === meant.containerPort || probePort(probe) === meant.name),
  );
}
