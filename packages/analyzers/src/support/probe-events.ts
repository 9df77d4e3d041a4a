import {
  eventContainer,
  eventCount,
  eventsOf,
  eventTime,
  timeOf,
  type ContainerState,
  type PodState,
} from '@kroot/graph';
import { type Container, type Event, type Probe, type Snapshot } from '@kroot/types';
import { readProbeKill, readProbeMessage, type ProbeKind, type ProbeMessage } from '../messages/probe-message.ts';

/** A failure of a probe as an event tells it. */
export interface ProbeFailure {
  readonly event: Event;
  readonly message: ProbeMessage;
  readonly count: number;
}

/** How often the kubelet killed a container because of a probe, and when last. */
export interface ProbeKills {
  readonly count: number;
  readonly event: Event;
  /** Milliseconds. */
  readonly last: number | undefined;
}

/** Clocks of nodes and API server differ; captured texts round their ages. */
const SKEW = 120_000;

/** The probe of a container by its kind. */
export function probeOf(container: Container, kind: ProbeKind): Probe | undefined {
  if (kind === 'readiness') return container.readinessProbe;
  return kind === 'liveness' ? container.livenessProbe : container.startupProbe;
}

/**
 * The events about this pod and no earlier one of its name: rebuilt captures have no uids, and the pods of a StatefulSet
 * follow each other under one name.
 */
export function ownEvents(snapshot: Snapshot, { pod }: PodState): readonly Event[] {
  const created = timeOf(pod.metadata.creationTimestamp);
  if (created === undefined) return eventsOf(snapshot, pod);
  return eventsOf(snapshot, pod).filter((event) => (timeOf(eventTime(event)) ?? created) >= created - SKEW);
}

/** The failures of one probe of a container, newest first. Those from before its present or last run do not count. */
export function probeFailures(
  snapshot: Snapshot,
  pod: PodState,
  state: ContainerState,
  kind: ProbeKind,
): readonly ProbeFailure[] {
  const started = kind === 'readiness' ? timeOf(state.status?.state?.running?.startedAt) : undefined;
  const found: ProbeFailure[] = [];
  for (const event of ownEvents(snapshot, pod)) {
    if (event.reason !== 'Unhealthy' && event.reason !== 'ProbeWarning') continue;
    const message = readProbeMessage(event.message);
    if (message?.kind !== kind || !isAbout(pod, state, event, message)) continue;
    const time = timeOf(eventTime(event));
    if (started !== undefined && time !== undefined && time < started - SKEW) continue;
    found.push({ event, message, count: eventCount(event) });
  }
  return found;
}

/** An event that names no container is about the only one that has such a probe, or the one whose probe uses the port. */
function isAbout(pod: PodState, state: ContainerState, event: Event, message: ProbeMessage): boolean {
  const named = eventContainer(event);
  if (named !== undefined) return named === state.name;
  const probed = pod.containers.filter(({ container }) => probeOf(container, message.kind) !== undefined);
  if (probed.length <= 1) return probed[0]?.name === state.name;
  const fitting = probed.filter(({ container }) => {
    const { number, name } = probePort(container, probeOf(container, message.kind));
    return message.port === undefined ? name !== undefined && name === message.portName : number === message.port;
  });
  return fitting.length === 1 && fitting[0]?.name === state.name;
}

/** The port of a probe: its number, through the container's own ports when it is a name; gRPC probes have numbers only. */
export function probePort(
  container: Container,
  probe: Probe | undefined,
): { readonly number?: number; readonly name?: string } {
  const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port;
  if (port === undefined) return {};
  if (typeof port === 'number') return { number: port };
  if (/^\d+$/.test(port)) return { number: Number(port) };
  const declared = (container.ports ?? []).find(({ name }) => name === port)?.containerPort;
  return declared === undefined ? { name: port } : { number: declared, name: port };
}

/** The kills of a container by its liveness or startup probe, as far as events show. */
export function probeKills(
  snapshot: Snapshot,
  pod: PodState,
  state: ContainerState,
  kind: ProbeKind,
): ProbeKills | undefined {
  let count = 0;
  let newest: Event | undefined;
  for (const event of ownEvents(snapshot, pod)) {
    if (event.reason !== 'Killing') continue;
    const kill = readProbeKill(event.message);
    if (kill?.container !== state.name || kill.kind !== kind) continue;
    newest ??= event;
    count += eventCount(event);
  }
  return newest === undefined ? undefined : { count, event: newest, last: timeOf(eventTime(newest)) };
}

/** How long a probe lets a container fail before it acts, in milliseconds. */
export function probeBudget(probe: Probe): number {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probe;
  return (initialDelaySeconds + Math.max(periodSeconds * (failureThreshold - 1), 0) + 1) * 1000;
}
