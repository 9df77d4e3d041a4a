import { eventContainer, eventTime, timeOf, type ContainerState, type PodState } from '@kroot/graph';
import { type Event, type Snapshot } from '@kroot/types';
import { isInitDeath, isInitOom, readStartError, type StartErrorClass } from '../messages/start-error.ts';
import { type Claim, type ClaimRule } from './claims.ts';
import { memoryBytes } from './memory.ts';
import { ownEvents } from './probe-events.ts';

const RULE_OF: Readonly<Record<StartErrorClass, ClaimRule | undefined>> = {
  'init-oom': 'oom-at-init',
  'exec-format': 'exec-format-error',
  'exec-not-found': 'start-error-exec-not-found',
  'not-executable': 'exit-126-not-executable',
  'read-only-path': 'create-container-error',
  'mount-type': 'create-container-error',
  'no-command': 'create-container-error',
  'seccomp-profile': 'seccomp-profile-missing',
  'apparmor-profile': 'apparmor-blocked',
  'windows-build': 'windows-build-mismatch',
  // The runtime is slow and still holds the name of the last attempt: it passes.
  'name-reserved': undefined,
  other: 'create-container-error',
};

/** Clocks of nodes and API server differ. */
const SKEW = 120_000;
/** Less than this cannot hold what runc needs before it runs the program. */
const TINY = 16 * 1024 * 1024;

/** The claim on a container that the runtime cannot create or start. */
export function startClaim(snapshot: Snapshot, pod: PodState, state: ContainerState): Claim | undefined {
  if (state.reason === 'PostStartHookError') return hookClaim(snapshot, pod, state);
  const { text, event } = startWords(snapshot, pod, state);
  if (state.reason === 'PreCreateHookError' || state.reason === 'PreStartHookError')
    return { rule: 'precreate-hook-error', pod, state, text, ...(event === undefined ? {} : { event }) };
  return claimFor(pod, state, text, event);
}

/** The claim that the words of a failed start make; used for StartError as well, which shows as a crash loop. */
export function claimFor(pod: PodState, state: ContainerState, text: string, event?: Event): Claim | undefined {
  const startError = readStartError(text);
  const tiny = isInitDeath(text) && hasTinyLimit(state);
  const rule = tiny ? 'oom-at-init' : RULE_OF[startError.failure];
  if (rule === undefined) return undefined;
  return { rule, pod, state, startError, text, ...(event === undefined ? {} : { event }) };
}

/** The status has the words, or, where a capture has lost them, the newest `Failed` event of the container. */
function startWords(
  snapshot: Snapshot,
  pod: PodState,
  state: ContainerState,
): { readonly text: string; readonly event?: Event } {
  const event = ownEvents(snapshot, pod).find(
    (candidate) =>
      candidate.reason === 'Failed' &&
      (candidate.message ?? '').startsWith('Error: ') &&
      [undefined, state.name].includes(eventContainer(candidate)),
  );
  const text = state.message ?? state.terminated?.message ?? event?.message?.replace(/^Error: /, '') ?? '';
  return event === undefined ? { text } : { text, event };
}

/** The claim on a container whose postStart hook fails, if events or its state say so. */
export function hookClaim(snapshot: Snapshot, pod: PodState, state: ContainerState): Claim | undefined {
  if (state.container.lifecycle?.postStart === undefined) return undefined;
  const lastRun = (timeOf(state.terminated?.startedAt) ?? 0) - SKEW;
  const event = ownEvents(snapshot, pod).find(
    (candidate) =>
      (candidate.reason === 'FailedPostStartHook' ||
        (candidate.reason === 'Killing' && /FailedPostStartHook/.test(candidate.message ?? ''))) &&
      [undefined, state.name].includes(eventContainer(candidate)) &&
      (timeOf(eventTime(candidate)) ?? lastRun) >= lastRun,
  );
  if (event === undefined && state.reason !== 'PostStartHookError') return undefined;
  return {
    rule: 'poststart-hook-failed',
    pod,
    state,
    ...(event === undefined ? {} : { event }),
    text: event?.message ?? state.message ?? 'PostStartHookError',
  };
}

/**
 * A sandbox that is killed for want of memory: the pod's limits also bound its pause container, or the runtime reports
 * the first container this way.
 */
export function sandboxClaim(pod: PodState): Claim | undefined {
  const text = pod.event?.message ?? '';
  const limited = pod.containers
    .filter(({ container }) => container.resources?.limits?.['memory'] !== undefined)
    .toSorted((a, b) => (memoryLimit(a) ?? 0) - (memoryLimit(b) ?? 0));
  const state = limited[0];
  if (state === undefined) return undefined;
  const said = isInitOom(text);
  const implied = isInitDeath(text) && limited.some((candidate) => hasTinyLimit(candidate));
  if (!said && !implied) return undefined;
  return {
    rule: 'oom-at-init',
    pod,
    state,
    text,
    unsaid: !said,
    ...(pod.event === undefined ? {} : { event: pod.event }),
  };
}

function memoryLimit({ container }: ContainerState): number | undefined {
  const limit = container.resources?.limits?.['memory'];
  return limit === undefined ? undefined : memoryBytes(limit);
}

function hasTinyLimit(state: ContainerState): boolean {
  const limit = memoryLimit(state);
  return limit !== undefined && limit < TINY;
}
