import { eventTime, logTail, timeOf, topOwner, type ContainerState, type LogTail, type PodState } from '@kroot/graph';
import { type Snapshot } from '@kroot/types';
import { readCrashWords } from '../messages/crash-words.ts';
import { readLogEnd } from '../messages/log-words.ts';
import { readStartError } from '../messages/start-error.ts';
import { failingArchitecture } from './architecture.ts';
import { type Claim, type ClaimRule } from './claims.ts';
import { limitFromRange } from './limit-range.ts';
import { lostCapability } from './lost-capability.ts';
import { portClash } from './port-clash.ts';
import { optional } from './optional.ts';
import { ownEvents, probeKills } from './probe-events.ts';
import { probeClaim, wasLastEnd } from './probe-claim.ts';
import { claimFor, hookClaim } from './start-claim.ts';

/** The exit codes that say by themselves what happened; 128 + n is an end by signal n. */
const CODE_RULES: ReadonlyMap<number, ClaimRule> = new Map([
  [126, 'exit-126-not-executable'],
  [127, 'exit-127-command-not-found'],
  [132, 'exit-132-sigill'],
  [134, 'exit-134-abort'],
  [135, 'exit-135-sigbus'],
  [137, 'exit-137-external'],
  [139, 'exit-139-segv'],
  [159, 'exit-159-sigsys'],
]);
const START_REASONS: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun', 'RunContainerError']);
const BACK_OFF_RECENT = 600_000;

/** The claim on a container that ends again and again, when no liveness probe ends it. */
export function exitClaim(snapshot: Snapshot, pod: PodState, state: ContainerState): Claim | undefined {
  const end = state.terminated;
  if (end?.reason === 'ContainerStatusUnknown') return undefined;
  const startup = probeKills(snapshot, pod, state, 'startup');
  if (startup !== undefined && state.status?.started !== true && wasLastEnd(state, startup))
    return probeClaim(snapshot, pod, state);
  return (
    memoryClaim(snapshot, pod, state) ??
    hookClaim(snapshot, pod, state) ??
    brokenStart(pod, state) ??
    byCode(snapshot, pod, state)
  );
}

/** Only the reason OOMKilled means it; exit code 137 alone does not (FAILURES: liveness, grace, node shutdown end so too). */
function memoryClaim(snapshot: Snapshot, pod: PodState, state: ContainerState): Claim | undefined {
  if (state.terminated?.reason !== 'OOMKilled') return undefined;
  const limit = state.container.resources?.limits?.['memory'];
  if (limit === undefined && pod.pod.spec.resources?.limits?.['memory'] === undefined) {
    return { rule: 'oomkilled-node', pod, state };
  }
  const limitRange = limit === undefined ? undefined : limitFromRange(snapshot, pod.pod, state.container);
  return limitRange === undefined
    ? { rule: 'oomkilled-limit', pod, state }
    : { rule: 'oomkilled-by-limitrange-default', pod, state, limitRange };
}

function brokenStart(pod: PodState, state: ContainerState): Claim | undefined {
  const { reason, exitCode, message } = state.terminated ?? {};
  const text = message ?? '';
  const failed = reason !== undefined && (START_REASONS.has(reason) || (exitCode === 128 && text !== ''));
  if (failed) return claimFor(pod, state, text);
  // A shell or runtime shim that tried the program itself reports the kernel's words and a code of its own.
  return readStartError(text).failure === 'exec-format' ? claimFor(pod, state, text) : undefined;
}

/** What the program said at its end: in its termination message, else in its log, where that was read. */
function lastWordsOf(
  snapshot: Snapshot,
  pod: PodState,
  { name, terminated }: ContainerState,
): { readonly message: string; readonly log?: LogTail } {
  const { message = '' } = terminated ?? {};
  const log = message === '' ? logTail(snapshot, pod.ref, name) : undefined;
  return log === undefined ? { message } : { message: log.lines.join('\n'), log };
}

function byCode(snapshot: Snapshot, pod: PodState, state: ContainerState): Claim | undefined {
  const { exitCode } = state.terminated ?? {};
  const { message, log } = lastWordsOf(snapshot, pod, state);
  const { words: crash, line: logLine } =
    log === undefined ? { words: readCrashWords(message), line: undefined } : readLogEnd(log.lines);
  const logged = { ...optional('log', log), ...optional('logLine', logLine) };
  const clash = portClash(pod, state, crash);
  if (clash !== undefined) return { rule: 'container-port-clash', pod, state, crash, ...logged, ...clash };
  const base = {
    pod,
    state,
    crash,
    ...logged,
    ...(message === '' ? { unsaid: true } : { text: message }),
  };
  const capability = exitCode === 0 ? undefined : lostCapability(pod, state);
  if (capability !== undefined) return { ...base, rule: 'capability-dropped-needed', capability };
  const rule = exitCode === undefined ? undefined : CODE_RULES.get(exitCode);
  if (rule !== undefined) return { ...base, rule };
  const architectures = failingArchitecture(snapshot, topOwner(snapshot, pod.pod), state);
  if (architectures !== undefined) return { ...base, rule: 'exec-format-error', architectures };
  if (exitCode === 0) return isLoop(state) ? { ...base, rule: 'crashloop-exit-0' } : undefined;
  if (state.role === 'init') return { ...base, rule: 'init-container-crashloop' };
  return { ...base, rule: isBackingOff(snapshot, pod, state) ? 'crashloop-app-exit' : 'flapping-container' };
}

/** One good end may be a restart on purpose. */
function isLoop({ reason, status }: ContainerState): boolean {
  return reason === 'CrashLoopBackOff' || (status?.restartCount ?? 0) >= 2;
}

/** Between two crashes a container runs; while the kubelet still backs off it is the same loop. */
function isBackingOff(snapshot: Snapshot, pod: PodState, state: ContainerState): boolean {
  if (state.status?.state?.running === undefined) return true;
  const now = snapshot.now.getTime();
  return ownEvents(snapshot, pod).some((event) => {
    const time = timeOf(eventTime(event));
    return (
      event.reason === 'BackOff' &&
      /restarting failed container/.test(event.message ?? '') &&
      time !== undefined &&
      now - time < BACK_OFF_RECENT
    );
  });
}
