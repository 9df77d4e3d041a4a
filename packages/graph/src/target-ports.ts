import { type Container, type Pod, type PodSpec, type ServicePort } from '@kroot/types';

/** The containers whose ports serve traffic: app containers, then sidecars (init containers that run on). */
function servingContainers(spec: PodSpec): readonly Container[] {
  return [...spec.containers, ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')];
}

/**
 * The number of the port that a pod declares under a name and protocol; undefined when it declares none.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/api/v1/pod/util.go (FindPort)
 */
export function namedPort(spec: PodSpec, name: string, protocol: string): number | undefined {
  for (const container of servingContainers(spec)) {
    for (const port of container.ports ?? []) {
      if (port.name === name && (port.protocol ?? 'TCP') === protocol) return port.containerPort;
    }
  }
  return undefined;
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
