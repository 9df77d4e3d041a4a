import { type ContainerState, type PodState } from '@kroot/graph';
import { type Container } from '@kroot/types';
import { type CrashWords } from '../messages/crash-words.ts';
import { probePort } from './probe-events.ts';

/** A port that two containers of one pod want; they share one network. */
export interface PortClash {
  readonly port: number;
  /** Absent when the words alone say that the port is taken. */
  readonly other?: string;
  /** How the other container comes to it. */
  readonly text?: string;
}

/** Settings by which proxies and exporters are told where to listen, in environment values, JSON and arguments. */
const LISTENER =
  /(?:status|admin|metrics?|telemetry|prometheus|listen|bind)[-_]?(?:port|addr(?:ess)?)["']?\s{0,4}[:= ]\s{0,4}["']?(?:[a-z]{2,5}:\/\/)?[\w.[\]]{0,40}?:?(\d{2,5})\b/gi;
const MAX_TEXT = 4096;

/**
 * The clash that ends this container, if its own words say that a port is taken, or if it declares a port that another
 * container of the pod declares too or is told to listen on.
 */
export function portClash(pod: PodState, state: ContainerState, crash: CrashWords): PortClash | undefined {
  const others = pod.containers.filter(({ name, role }) => name !== state.name && role !== 'init');
  const declared = (state.container.ports ?? [])
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
    .map(({ containerPort }) => containerPort);
  const wanted = crash.portTaken === true && crash.port !== undefined ? [crash.port] : declared;
  for (const port of wanted) {
    const other = others.find(
      ({ container, status }) =>
        usesPort(container, port) && (crash.portTaken === true || status?.state?.running !== undefined),
    );
    if (other !== undefined) return { port, other: other.name, text: howUsed(other.container, port) };
  }
  if (crash.portTaken !== true) return undefined;
  const port = crash.port ?? declared[0];
  return port === undefined ? undefined : { port };
}

function usesPort(container: Container, port: number): boolean {
  return howUsed(container, port) !== '';
}

function howUsed(container: Container, port: number): string {
  if (
    (container.ports ?? []).some(({ containerPort, protocol = 'TCP' }) => containerPort === port && protocol === 'TCP')
  ) {
    return `declares containerPort ${port}`;
  }
  const probe = [container.startupProbe, container.readinessProbe, container.livenessProbe].find(
    (candidate) => probePort(container, candidate).number === port,
  );
  if (probe !== undefined) return `is probed on port ${port}`;
  const setting = (container.env ?? []).find(({ name, value }) => listensOn(`${name}=${value ?? ''}`, port));
  if (setting !== undefined) return `is told to listen on port ${port} by its variable ${setting.name}`;
  const words = [...(container.command ?? []), ...(container.args ?? [])].join(' ');
  return listensOn(words, port) ? `is told to listen on port ${port} by its arguments` : '';
}

function listensOn(text: string, port: number): boolean {
  for (const match of text.slice(0, MAX_TEXT).matchAll(LISTENER)) {
    if (Number(match[1]) === port) return true;
  }
  return false;
}
