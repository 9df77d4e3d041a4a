import { type Container, type Pod, type PodSpec, type ServicePort } from '@kroot/types';

/** The containers whose ports serve traffic: app containers, then sidecars (init containers that run on). */
function servingContainers(spec: PodSpec): readonly Container[] {
  return [...spec.containers, ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')];
}

/** A port that a pod declares under a name. */
export interface DeclaredPort {
  readonly protocol: string;
  readonly port: number;
}

/**
 * The ports that a pod declares under a name: for each protocol the first one counts.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/api/v1/pod/util.go (FindPort)
 */
export function namedPorts(spec: PodSpec, name: string): readonly DeclaredPort[] {
  const found = new Map<string, DeclaredPort>();
  for (const container of servingContainers(spec)) {
    for (const { name: own, protocol = 'TCP', containerPort } of container.ports ?? []) {
      if (own === name && !found.has(protocol)) found.set(protocol, { protocol, port: containerPort });
    }
  }
  return [...found.values()];
}

/** Every port that a pod declares. */
export function declaredPorts(spec: PodSpec): readonly DeclaredPort[] {
  return servingContainers(spec)
    .flatMap(({ ports = [] }) => ports)
    .map(({ protocol = 'TCP', containerPort }) => ({ protocol, port: containerPort }));
}

/** The number of the port that a pod declares under a name and protocol; undefined when it declares none. */
export function namedPort(spec: PodSpec, name: string, protocol: string): number | undefined {
  return namedPorts(spec, name).find((port) => port.protocol === protocol)?.port;
}

/**
 * The port of the pod that a Service port leads to. A number need not be declared by any container; a name that the
 * pod lacks leads nowhere: undefined.
 */
export function resolveTargetPort(port: ServicePort, pod: Pod): number | undefined {
  const target = port.targetPort;
  if (target === undefined || target === '' || target === 0) return port.port;
  return typeof target === 'number' ? target : namedPort(pod.spec, target, port.protocol ?? 'TCP');
}
