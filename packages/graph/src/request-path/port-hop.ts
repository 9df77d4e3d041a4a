import { formatRef, type Container, type Pod } from '@kroot/types';
import { refOf } from '../refs.ts';
import { declaredPorts, namedPort } from '../target-ports.ts';
import { inShort, pathHop, type PathHop, type PathTarget } from './path-hop.ts';

/** Whether something listens: what pods declare is information only, but a readiness probe that passes is proof. */
export function portHop(targets: readonly PathTarget[]): PathHop | undefined {
  const pods = targets.flatMap(({ pod, port, protocol }) => (pod === undefined ? [] : [{ pod, port, protocol }]));
  const [first] = pods;
  if (first === undefined) return undefined;
  const what = inShort(pods.map(({ port, protocol }) => `${protocol} ${port}`));
  const at = `${what} of ${inShort(
    pods.map(({ pod }) => formatRef(refOf(pod))),
    2,
  )}`;
  if (pods.every(({ pod, port, protocol }) => protocol === 'TCP' && passesProbe(pod, port)))
    return pathHop('port', at, 'ok', 'the readiness probe of the same port passes');
  const odd = pods.find(({ pod, port, protocol }) => !declares(pod, port, protocol) && !passesProbe(pod, port));
  if (odd === undefined) return pathHop('port', at, 'ok', 'declared by the pods');
  const declared = declaredPorts(odd.pod.spec).map(({ protocol, port }) => `${protocol} ${port}`);
  return declared.length === 0
    ? pathHop('port', at, 'unknown', 'the pods declare no ports: whether something listens is not visible')
    : pathHop('port', at, 'unknown', `the pods declare ${inShort(declared, 5)} and not this: perhaps nobody listens`);
}

function declares({ spec }: Pod, port: number, protocol: string): boolean {
  return declaredPorts(spec).some((each) => each.port === port && each.protocol === protocol);
}

function passesProbe(pod: Pod, port: number): boolean {
  const statuses = pod.status?.containerStatuses ?? [];
  return pod.spec.containers.some(
    (container) =>
      probePort(pod, container) === port &&
      statuses.some(({ name, ready }) => name === container.name && ready === true),
  );
}

function probePort({ spec }: Pod, { readinessProbe }: Container): number | undefined {
  const { httpGet, tcpSocket, grpc } = readinessProbe ?? {};
  const asked = httpGet ?? tcpSocket;
  // A probe of another host says nothing of the pod.
  if (asked?.host !== undefined) return undefined;
  const port = asked?.port ?? grpc?.port;
  return typeof port === 'string' ? namedPort(spec, port, 'TCP') : port;
}
