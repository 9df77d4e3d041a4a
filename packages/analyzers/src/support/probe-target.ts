import { type Container, type Probe } from '@kroot/types';
import { type ProbeMessage } from '../messages/probe-message.ts';
import { probePort } from './probe-events.ts';

/** The ports that a container declares, by number. */
export function declaredPorts(container: Container): readonly number[] {
  return (container.ports ?? []).map(({ containerPort }) => containerPort);
}

/** Whether the container declares ports, and this is none of them. What is not declared may listen all the same. */
export function declaredElsewhere(container: Container, port: number): boolean {
  const declared = declaredPorts(container);
  return declared.length > 0 && !declared.includes(port);
}

/**
 * Whether the probe goes to a port at which one may expect the program: a declared one, or any if none is declared and
 * the other probes of the container use no other.
 */
export function isPlausiblePort(container: Container, probe: Probe): boolean {
  const { number, name } = probePort(container, probe);
  if (number === undefined) return name === undefined;
  if (declaredPorts(container).includes(number)) return true;
  if (declaredPorts(container).length > 0) return false;
  return otherProbePorts(container, probe).every((port) => port === number);
}

/** The ports that the container's other probes use. */
export function otherProbePorts(container: Container, probe: Probe): readonly number[] {
  return [container.startupProbe, container.livenessProbe, container.readinessProbe]
    .filter((other) => other !== undefined && other !== probe)
    .map((other) => probePort(container, other).number)
    .filter((port) => port !== undefined);
}

/** What a probe does, in a few words: `GET http :8080/healthz`, `gRPC :50051`, `TCP :5432`, `exec pg_isready`. */
export function probeWords(probe: Probe): string {
  const { httpGet, tcpSocket, grpc, exec } = probe;
  if (httpGet !== undefined)
    return `GET ${(httpGet.scheme ?? 'HTTP').toLowerCase()} port ${httpGet.port}${httpGet.path ?? '/'}`;
  if (grpc !== undefined) return `gRPC port ${grpc.port}`;
  if (tcpSocket !== undefined) return `TCP port ${tcpSocket.port}`;
  return `exec ${(exec?.command ?? []).join(' ')}`;
}

/** The member of the probe that says what it does, as the API spells it. */
export function probeHandler(probe: Probe): 'httpGet' | 'grpc' | 'tcpSocket' | 'exec' {
  if (probe.httpGet !== undefined) return 'httpGet';
  if (probe.grpc !== undefined) return 'grpc';
  return probe.tcpSocket === undefined ? 'exec' : 'tcpSocket';
}

/**
 * Whether the words show that the target sent the probe on: they name the address it went to in the end, which the spec
 * does not. Changing the scheme of the probe would be the wrong repair.
 */
export function wasRedirected(probe: Probe, { failure, url, port }: ProbeMessage): boolean {
  const { httpGet } = probe;
  if (failure === 'redirected') return true;
  if (httpGet === undefined || url === undefined) return false;
  const scheme = (httpGet.scheme ?? 'HTTP').toLowerCase();
  if (!url.startsWith(`${scheme}://`)) return true;
  if (typeof httpGet.port === 'number' && port !== httpGet.port) return true;
  const wanted = plainPath(httpGet.path ?? '/');
  const got = plainPath(/^[a-z]+:\/\/[^/]*(\/.*)?$/.exec(url)?.[1] ?? '/');
  // A path with other characters is written differently in a URL.
  return /^[\w\-./~]*$/.test(wanted) && got !== wanted;
}

function plainPath(path: string): string {
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return rooted.replace(/[?#].*$/, '').replace(/\/$/, '');
}
