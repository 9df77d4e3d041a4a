import { timeOf, type ContainerState, type PodState } from '@kroot/graph';
import { type Probe, type Snapshot } from '@kroot/types';
import { type ProbeFailureClass, type ProbeKind } from '../messages/probe-message.ts';
import { type Claim, type ClaimRule } from './claims.ts';
import {
  probeBudget,
  probeFailures,
  probeKills,
  probeOf,
  probePort,
  type ProbeFailure,
  type ProbeKills,
} from './probe-events.ts';
import { declaredElsewhere, isPlausiblePort, wasRedirected } from './probe-target.ts';

/** Less time than this is no time to start. */
const SHORT_BUDGET = 15_000;
/** Kills count while the container has not run clearly longer than before its last kill. */
const LEAST_UPTIME = 180_000;
/** One restart is no loop. */
const LEAST_RESTARTS = 2;

/** Faults of the probe itself, whichever probe it is. */
const PROBE_FAULTS: Readonly<Partial<Record<ProbeFailureClass, ClaimRule>>> = {
  'named-port': 'probe-named-port-missing',
  'missing-binary': 'probe-exec-missing-binary',
  protocol: 'probe-scheme-mismatch',
  redirected: 'probe-redirected',
};
/** Words that fit nothing are left to the symptom: a wrong cause is worse than none. */
const READINESS_RULES: Readonly<Partial<Record<ProbeFailureClass, ClaimRule>>> = {
  refused: 'readiness-conn-refused',
  dropped: 'readiness-conn-refused',
  'grpc-connect': 'readiness-timeout',
  timeout: 'readiness-timeout',
  'command-timeout': 'readiness-timeout',
  'http-status': 'readiness-http-status',
  'grpc-unhealthy': 'probe-grpc-unhealthy',
  'named-port': 'probe-named-port-missing',
  'missing-binary': 'probe-exec-missing-binary',
  protocol: 'probe-scheme-mismatch',
  redirected: 'probe-redirected',
};
/** What a command prints is its own; only what the runtime says about it, and a gRPC client's words, have other rules. */
const EXEC_RULES: Readonly<Partial<Record<ProbeFailureClass, ClaimRule>>> = {
  'missing-binary': 'probe-exec-missing-binary',
  'command-timeout': 'readiness-timeout',
  'grpc-connect': 'readiness-timeout',
  'grpc-unhealthy': 'probe-grpc-unhealthy',
};

/** The claim on a container that runs without being started or ready, or that its startup probe kills. */
export function probeClaim(snapshot: Snapshot, pod: PodState, state: ContainerState): Claim | undefined {
  const starting =
    state.container.startupProbe !== undefined && state.status?.started !== true && state.stage !== 'readiness';
  const kind: ProbeKind = starting ? 'startup' : 'readiness';
  const probe = probeOf(state.container, kind);
  if (probe === undefined) return undefined;
  const [failure] = probeFailures(snapshot, pod, state, kind);
  const kills = kind === 'startup' ? probeKills(snapshot, pod, state, 'startup') : undefined;
  const base = {
    pod,
    state,
    probe: kind,
    ...(failure === undefined
      ? { unsaid: true }
      : { failure: failure.message, event: failure.event, text: failure.event.message ?? '' }),
    ...(kills === undefined ? {} : { kills: kills.count }),
  };
  const wrongProtocol = isHttpPort(snapshot, pod, state, failure);
  return wrongProtocol ? { ...base, rule: 'probe-scheme-mismatch' } : ruled(state, probe, failure, base);
}

/**
 * A gRPC probe of an HTTP server says only that it cannot connect in time. Another probe that gets on with the same port
 * over HTTP shows that the server is up, and speaks HTTP.
 */
function isHttpPort(
  snapshot: Snapshot,
  pod: PodState,
  state: ContainerState,
  failure: ProbeFailure | undefined,
): boolean {
  if (failure?.message.failure !== 'grpc-connect') return false;
  const { port, kind } = failure.message;
  return (['startup', 'liveness', 'readiness'] as const).some((other) => {
    const probe = probeOf(state.container, other);
    if (other === kind || probe?.httpGet === undefined || probePort(state.container, probe).number !== port)
      return false;
    return probeFailures(snapshot, pod, state, other).length === 0;
  });
}

type Bare = Omit<Claim, 'rule'> & { readonly probe: ProbeKind };

function ruled(state: ContainerState, probe: Probe, failure: ProbeFailure | undefined, base: Bare): Claim | undefined {
  const kind = base.probe;
  const fault = probeFault(probe, failure);
  if (fault !== undefined) return { ...base, rule: fault };
  if (failure === undefined && base.kills === undefined) return unsaidClaim(state, kind, probe, base);
  if (state.role === 'sidecar' && kind === 'startup') return { ...base, rule: 'sidecar-init-not-started' };
  if (kind === 'startup') return { ...base, rule: 'startup-probe-exhausted' };
  const rule = failure === undefined ? undefined : readinessRule(state, probe, failure);
  return rule === undefined ? undefined : { ...base, rule };
}

function probeFault(probe: Probe, failure: ProbeFailure | undefined): ClaimRule | undefined {
  if (failure === undefined) return undefined;
  const { failure: found } = failure.message;
  if (probe.exec !== undefined) return found === 'missing-binary' ? 'probe-exec-missing-binary' : undefined;
  return wasRedirected(probe, failure.message) ? 'probe-redirected' : PROBE_FAULTS[found];
}

/** A gRPC probe says the same of a closed port and of a slow program: the other ports of the container tell them apart. */
function readinessRule(state: ContainerState, probe: Probe, failure: ProbeFailure): ClaimRule | undefined {
  const { failure: found } = failure.message;
  if (probe.exec !== undefined) return EXEC_RULES[found] ?? 'readiness-exec-failed';
  if (found === 'grpc-connect' && !isPlausiblePort(state.container, probe)) return 'readiness-conn-refused';
  return READINESS_RULES[found];
}

/** Events live an hour. Without them only what the spec proves can be said. */
function unsaidClaim(
  state: ContainerState,
  kind: ProbeKind,
  probe: Probe,
  base: Omit<Claim, 'rule'>,
): Claim | undefined {
  const { number, name } = probePort(state.container, probe);
  if (number === undefined && name !== undefined) return { ...base, rule: 'probe-named-port-missing' };
  const foreign = number !== undefined && declaredElsewhere(state.container, number);
  return kind === 'readiness' && foreign ? { ...base, rule: 'readiness-conn-refused' } : undefined;
}

/** The claim on a container that its liveness probe kills again and again, whatever it is doing at this moment. */
export function livenessClaim(snapshot: Snapshot, pod: PodState, state: ContainerState): Claim | undefined {
  const probe = state.container.livenessProbe;
  // The cheap test first: few containers of a cluster have been restarted.
  if (probe === undefined || (state.status?.restartCount ?? 0) === 0) return undefined;
  const failures = probeFailures(snapshot, pod, state, 'liveness');
  const kills = probeKills(snapshot, pod, state, 'liveness');
  if (!isLoop(snapshot, state, probe, kills, failures)) return undefined;
  const [failure] = failures;
  const base = { pod, state, ...livenessWords(failure, kills) };
  const wrongProtocol = isHttpPort(snapshot, pod, state, failure);
  const fault = wrongProtocol ? 'probe-scheme-mismatch' : probeFault(probe, failure);
  // The kubelet throws the result of a probe that errors away: such a probe kills nothing.
  if (fault !== undefined && failure?.message.errored !== true) return { ...base, rule: fault };
  return { ...base, rule: isTooEarly(state, probe, failure) ? 'liveness-too-aggressive' : 'liveness-kill-loop' };
}

function livenessWords(
  failure: ProbeFailure | undefined,
  kills: ProbeKills | undefined,
): Omit<Claim, 'pod' | 'rule' | 'state'> {
  const event = failure?.event ?? kills?.event;
  return {
    probe: 'liveness',
    ...(failure === undefined ? {} : { failure: failure.message }),
    ...(event === undefined ? { unsaid: true } : { event, text: event.message ?? '' }),
    ...(kills === undefined ? {} : { kills: kills.count }),
  };
}

function isLoop(
  snapshot: Snapshot,
  state: ContainerState,
  probe: Probe,
  kills: ProbeKills | undefined,
  failures: readonly ProbeFailure[],
): boolean {
  if (!isStillDying(snapshot, state, probe)) return false;
  const restarts = Math.max(state.status?.restartCount ?? 0, kills?.count ?? 0);
  if (restarts < LEAST_RESTARTS) return false;
  if (kills !== undefined) return wasLastEnd(state, kills);
  const failed = failures.filter(({ message }) => !message.errored).reduce((sum, { count }) => sum + count, 0);
  const signalled = state.terminated?.exitCode === 137 || state.terminated?.exitCode === 143;
  return signalled && state.terminated.reason !== 'OOMKilled' && failed >= 2 * (probe.failureThreshold ?? 3);
}

/** It waits for its next start, or has not yet run much longer than it did before the last kill. */
function isStillDying(snapshot: Snapshot, state: ContainerState, probe: Probe): boolean {
  const startedAt = timeOf(state.status?.state?.running?.startedAt);
  if (startedAt === undefined) return true;
  const uptime = snapshot.now.getTime() - startedAt;
  return uptime <= Math.max(2 * lastLife(state), 2 * probeBudget(probe), LEAST_UPTIME);
}

function lastLife({ terminated }: ContainerState): number {
  const from = timeOf(terminated?.startedAt);
  const to = timeOf(terminated?.finishedAt);
  return from === undefined || to === undefined ? 0 : to - from;
}

/** A crash that came later, after the kills had ended, is another story. */
export function wasLastEnd(state: ContainerState, kills: ProbeKills): boolean {
  if (state.terminated?.reason === 'OOMKilled') return false;
  const finishedAt = timeOf(state.terminated?.finishedAt);
  const grace = 300_000;
  return finishedAt === undefined || kills.last === undefined || finishedAt - kills.last < grace;
}

/** The probe asks the right door and is simply too early: it kills as soon as it may, and nothing holds it back. */
function isTooEarly(state: ContainerState, probe: Probe, failure: ProbeFailure | undefined): boolean {
  if (state.container.startupProbe !== undefined || !isPlausiblePort(state.container, probe)) return false;
  const met = failure?.message.failure;
  const silent =
    met === undefined || met === 'refused' || met === 'timeout' || met === 'grpc-connect' || met === 'dropped';
  const budget = probeBudget(probe);
  const life = lastLife(state);
  const grace = 30_000;
  const atOnce = life > 0 && life <= budget + (probe.periodSeconds ?? 10) * 1000 + grace;
  const neverReady = state.status?.ready !== true;
  return silent && atOnce && (budget <= SHORT_BUDGET || neverReady);
}
