import {
  logTail,
  mechanismOf,
  memoize,
  podState,
  type ContainerState,
  type LogTail,
  type PodState,
  type Stage,
} from '@kroot/graph';
import { type Event, type Snapshot } from '@kroot/types';
import { type CrashWords } from '../messages/crash-words.ts';
import { readLogEnd } from '../messages/log-words.ts';
import { type ProbeKind, type ProbeMessage } from '../messages/probe-message.ts';
import { type StartError } from '../messages/start-error.ts';
import { isCrashedComponent } from './control-plane-pods.ts';
import { exitClaim } from './exit-claim.ts';
import { aidingLog } from './log-aid.ts';
import { failedContainers, isOfFailedJob } from './job-failures.ts';
import { type LostCapability } from './lost-capability.ts';
import { livenessClaim, probeClaim } from './probe-claim.ts';
import { sandboxClaim, startClaim } from './start-claim.ts';
import { isSuperseded } from './superseded-pods.ts';

/** The rules among which a blocked container is dealt out: exactly one gets it, or none. */
export type ClaimRule =
  | 'apparmor-blocked'
  | 'capability-dropped-needed'
  | 'container-port-clash'
  | 'crashloop-app-exit'
  | 'crashloop-exit-0'
  | 'create-container-error'
  | 'exec-format-error'
  | 'exit-126-not-executable'
  | 'exit-127-command-not-found'
  | 'exit-132-sigill'
  | 'exit-134-abort'
  | 'exit-135-sigbus'
  | 'exit-137-external'
  | 'exit-139-segv'
  | 'exit-159-sigsys'
  | 'flapping-container'
  | 'init-container-crashloop'
  | 'init-container-hang'
  | 'job-failed-pods'
  | 'liveness-kill-loop'
  | 'liveness-too-aggressive'
  | 'oom-at-init'
  | 'oomkilled-by-limitrange-default'
  | 'oomkilled-limit'
  | 'oomkilled-node'
  | 'poststart-hook-failed'
  | 'precreate-hook-error'
  | 'probe-exec-missing-binary'
  | 'probe-grpc-unhealthy'
  | 'probe-named-port-missing'
  | 'probe-redirected'
  | 'probe-scheme-mismatch'
  | 'readiness-conn-refused'
  | 'readiness-exec-failed'
  | 'readiness-http-status'
  | 'readiness-timeout'
  | 'seccomp-profile-missing'
  | 'sidecar-init-not-started'
  | 'start-error-exec-not-found'
  | 'startup-probe-exhausted'
  | 'windows-build-mismatch';

/** What is known about why one container of one pod is held up. */
export interface Claim {
  readonly rule: ClaimRule;
  readonly pod: PodState;
  readonly state: ContainerState;
  /** The event whose words decided. */
  readonly event?: Event;
  /** The machine's words, from an event or the status. */
  readonly text?: string;
  /** Which probe, and what it met. */
  readonly probe?: ProbeKind;
  readonly failure?: ProbeMessage;
  /** How often the container was killed because of the probe. */
  readonly kills?: number;
  readonly startError?: StartError;
  readonly crash?: CrashWords;
  /** The end of its log, where that was read and the status holds no last words. */
  readonly log?: LogTail;
  /** The number of its line that tells the cause, where one does. */
  readonly logLine?: number;
  /** Nothing was said: only the spec and the state speak. */
  readonly unsaid?: boolean;
  /** Name of the other container, of a port that two want. */
  readonly other?: string;
  readonly port?: number;
  /** The LimitRange that gave the limit. */
  readonly limitRange?: string;
  /** What it was denied. */
  readonly capability?: LostCapability;
  readonly architectures?: { readonly failing: string; readonly working: string };
}

/** All claims of a snapshot by rule, in order of pod and container. */
export const claims: (snapshot: Snapshot) => ReadonlyMap<ClaimRule, readonly Claim[]> = memoize((snapshot) => {
  const byRule = new Map<ClaimRule, Claim[]>();
  for (const object of snapshot.list('Pod')) {
    for (const claim of podClaims(snapshot, podState(snapshot, object))) {
      const known = byRule.get(claim.rule);
      if (known === undefined) byRule.set(claim.rule, [claim]);
      else known.push(claim);
    }
  }
  return byRule;
});

const UNTOUCHED: ReadonlySet<string> = new Set([
  'completed',
  'failed',
  'gated',
  'node-lost',
  'terminating',
  'unscheduled',
]);

function podClaims(snapshot: Snapshot, pod: PodState): readonly Claim[] {
  if (pod.stage === 'failed') return jobClaims(snapshot, pod);
  if (UNTOUCHED.has(pod.stage) || isCrashedComponent(pod) || isSuperseded(snapshot, pod)) return [];
  const held = heldContainers(pod);
  const found = held.map((state) => claimOf(snapshot, pod, state)).filter((claim) => claim !== undefined);
  if (pod.blocked && pod.stage === 'sandbox') {
    const claim = sandboxClaim(pod);
    if (claim !== undefined) found.push(claim);
  }
  // A container that the liveness probe kills again and again is often caught while it is ready.
  for (const state of pod.containers) {
    if (held.includes(state) || state.role === 'init') continue;
    const claim = livenessClaim(snapshot, pod, state);
    if (claim !== undefined) found.push(claim);
  }
  return found.map((claim) => withLog(snapshot, claim));
}

/** The log of a container that a probe reports, where it tells something. */
function withLog(snapshot: Snapshot, claim: Claim): Claim {
  const of = claim.log === undefined ? aidingLog(claim) : undefined;
  const log = of === undefined ? undefined : logTail(snapshot, claim.pod.ref, claim.state.name, of);
  if (log === undefined) return claim;
  const { words: crash, line: logLine } = readLogEnd(log.lines);
  return logLine === undefined ? claim : { ...claim, crash, log, logLine };
}

/** What a pod without restarts cannot be in: a loop. */
const LOOPS: ReadonlySet<ClaimRule> = new Set([
  'crashloop-app-exit',
  'crashloop-exit-0',
  'flapping-container',
  'init-container-crashloop',
]);

/** Failed pods are history, unless their Job was given up for them. */
function jobClaims(snapshot: Snapshot, pod: PodState): readonly Claim[] {
  if (!isOfFailedJob(snapshot, pod)) return [];
  return failedContainers(pod)
    .map((state) => exitClaim(snapshot, pod, state))
    .filter((claim) => claim !== undefined)
    .map((claim) => (LOOPS.has(claim.rule) ? { ...claim, rule: 'job-failed-pods' as const } : claim));
}

/** The culprit, and the containers beside it that are held up in the same way. */
function heldContainers(pod: PodState): readonly ContainerState[] {
  const { culprit } = pod;
  if (!pod.blocked || culprit === undefined) return [];
  if (culprit.role !== 'app') return [culprit];
  return pod.containers.filter(
    (state) =>
      state === culprit ||
      (state.role !== 'init' && state.role === culprit.role && mechanismOf(state.stage) === pod.mechanism),
  );
}

function claimOf(snapshot: Snapshot, pod: PodState, state: ContainerState): Claim | undefined {
  return CLAIM_OF[state.stage]?.(snapshot, pod, state);
}

type ClaimMaker = (snapshot: Snapshot, pod: PodState, state: ContainerState) => Claim | undefined;

/** Who deals a container out, by the stage at which it is held up; other stages belong to other rules. */
const CLAIM_OF: Readonly<Partial<Record<Stage, ClaimMaker>>> = {
  create: startClaim,
  start: startClaim,
  exit: (...held) => livenessClaim(...held) ?? exitClaim(...held),
  'init-running': (_, pod, state) => ({ rule: 'init-container-hang', pod, state }),
  startup: (...held) => livenessClaim(...held) ?? probeClaim(...held),
  readiness: (...held) => livenessClaim(...held) ?? probeClaim(...held),
};
