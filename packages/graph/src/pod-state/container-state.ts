import { type Container, type ContainerStateTerminated, type ContainerStatus, type Pod } from '@kroot/types';
import { timeOf } from '../events.ts';
import { podContainers, type PodContainer } from '../pod-references.ts';
import { waitingStage, type Stage } from './stage.ts';

/** What one container of a pod is doing. */
export interface ContainerState {
  readonly name: string;
  readonly role: PodContainer['role'];
  /** Field path of the container, such as `spec.containers[0]`. */
  readonly path: string;
  readonly container: Container;
  readonly status?: ContainerStatus;
  readonly stage: Stage;
  /** The kubelet's reason: waiting, or terminated. */
  readonly reason?: string;
  /** The kubelet's words for it, as far as the status has them. */
  readonly message?: string;
  /** The last end of the container, now or before a restart. */
  readonly terminated?: ContainerStateTerminated;
  /** Milliseconds. */
  readonly since?: number;
}

/** A crash counts while the last one is at most this old; the kubelet forgets its back-off after ten good minutes. */
const RECENT_CRASH = 3_600_000;
const BACK_OFF_RESET = 600_000;
const FLAPPING_RESTARTS = 3;
/** The kubelet waits up to five minutes between two crashes; a run of that length is more than a lucky moment. */
const HEALED = 300_000;

/** The state of every container of a pod, in the order in which they start. */
export function containerStates(pod: Pod, now: number): readonly ContainerState[] {
  const statuses = new Map<string, ContainerStatus>();
  for (const list of [
    pod.status?.initContainerStatuses,
    pod.status?.containerStatuses,
    pod.status?.ephemeralContainerStatuses,
  ]) {
    for (const status of list ?? []) statuses.set(status.name, status);
  }
  return podContainers(pod.spec)
    .filter(({ role }) => role !== 'ephemeral')
    .map((placed) => containerState(pod, placed, statuses.get(placed.container.name), now));
}

function containerState(
  pod: Pod,
  { container, path, role }: PodContainer,
  status: ContainerStatus | undefined,
  now: number,
): ContainerState {
  const base = { name: container.name, role, path, container, ...(status === undefined ? {} : { status }) };
  if (status?.state === undefined) return { ...base, stage: 'unknown' };
  const { waiting, running, terminated } = status.state;
  const last = terminated ?? status.lastState?.terminated;
  const withLast = last === undefined ? base : { ...base, terminated: last };
  if (terminated !== undefined) return terminatedState(pod, withLast, terminated);
  if (running !== undefined) {
    const startedAt = timeOf(running.startedAt);
    const stage = runningStage(status, withLast, { startedAt, now });
    return { ...withLast, stage, ...(startedAt === undefined ? {} : { since: startedAt }) };
  }
  return { ...withLast, stage: waitingStage(waiting?.reason) ?? 'unknown', ...said(waiting, last) };
}

/** What the kubelet says, and since when: a container that waits has ended last when it was last tried. */
function said(
  words: { readonly reason?: string; readonly message?: string } | undefined,
  last: ContainerStateTerminated | undefined,
): Pick<ContainerState, 'reason' | 'message' | 'since'> {
  const finishedAt = timeOf(last?.finishedAt);
  return {
    ...(words?.reason === undefined ? {} : { reason: words.reason }),
    ...(words?.message === undefined ? {} : { message: words.message }),
    ...(finishedAt === undefined ? {} : { since: finishedAt }),
  };
}

type Placed = Pick<ContainerState, 'name' | 'role' | 'path' | 'container' | 'terminated'>;

function terminatedState(pod: Pod, placed: Placed, terminated: ContainerStateTerminated): ContainerState {
  const done =
    terminated.exitCode === 0 && (placed.role === 'init' || (pod.spec.restartPolicy ?? 'Always') !== 'Always');
  return { ...placed, stage: done ? 'completed' : 'exit', ...said(terminated, terminated) };
}

/** A container that crashes again and again is often caught while it runs: its restarts and last end tell. */
function runningStage(status: ContainerStatus, { role, container, terminated }: Placed, times: Times): Stage {
  const restarts = status.restartCount ?? 0;
  if (restarts >= FLAPPING_RESTARTS && isRecent(terminated, times) && !hasHealed(status, terminated, times))
    return 'exit';
  if (role === 'init') return 'init-running';
  if (container.startupProbe !== undefined && status.started === false) return 'startup';
  return status.ready === false ? 'readiness' : 'ready';
}

interface Times {
  readonly startedAt: number | undefined;
  readonly now: number;
}

function isRecent(end: ContainerStateTerminated | undefined, { startedAt, now }: Times): boolean {
  const finishedAt = timeOf(end?.finishedAt);
  const young = startedAt === undefined || now - startedAt < BACK_OFF_RESET;
  return young && finishedAt !== undefined && now - finishedAt < RECENT_CRASH;
}

/** It is ready, and has already run clearly longer than it used to: the crashes of its start are over. */
function hasHealed(
  status: ContainerStatus,
  end: ContainerStateTerminated | undefined,
  { startedAt, now }: Times,
): boolean {
  if (startedAt === undefined || status.ready !== true) return false;
  const life = (timeOf(end?.finishedAt) ?? 0) - (timeOf(end?.startedAt) ?? 0);
  return now - startedAt > Math.max(2 * life, HEALED);
}
