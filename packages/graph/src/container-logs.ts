import { CONTAINER_LOG_KIND, refKey, type LogTarget, type Snapshot } from '@kroot/types';
import { memoize } from './memo.ts';
import { topOwner } from './owners.ts';
import { podState } from './pod-state/pod-state.ts';
import { type Stage } from './pod-state/stage.ts';

/** The last lines of a container, as far as they are in the snapshot. */
export interface LogTail {
  readonly lines: readonly string[];
  readonly previous: boolean;
}

interface Tails {
  readonly current?: LogTail;
  readonly previous?: LogTail;
}

const tails = memoize((snapshot: Snapshot): ReadonlyMap<string, Tails> => {
  const found = new Map<string, Tails>();
  for (const object of snapshot.list(CONTAINER_LOG_KIND)) {
    const { pod, container, previous, lines } = fieldsOf(object);
    if (lines.length === 0) continue;
    const key = keyOf(object.metadata.namespace ?? '', pod, container);
    found.set(key, { ...found.get(key), [previous ? 'previous' : 'current']: { lines, previous } });
  }
  return found;
});

function keyOf(namespace: string, pod: string, container: string): string {
  return `${namespace}\n${pod}\n${container}`;
}

/** Logs come as custom objects, whose spec may be anything. */
function fieldsOf(object: object): Omit<LogTarget, 'namespace'> & LogTail {
  const spec: unknown = 'spec' in object ? object.spec : undefined;
  const fields = new Map<string, unknown>(Object.entries(spec ?? {}));
  const text = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
  const lines = fields.get('lines');
  return {
    pod: text('pod'),
    container: text('container'),
    previous: fields.get('previous') === true,
    lines: Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : [],
  };
}

/**
 * The last lines of a container. What it said before it ended tells more than what the next one has said so far, so those of
 * the one before the last restart come first; about a container that runs, only what it says itself. Undefined when not known.
 */
export function logTail(
  snapshot: Snapshot,
  { namespace = '', name }: { readonly namespace?: string; readonly name: string },
  container: string,
  of: 'ended' | 'running' = 'ended',
): LogTail | undefined {
  const { current, previous } = tails(snapshot).get(keyOf(namespace, name, container)) ?? {};
  return of === 'running' ? current : (previous ?? current);
}

/** Stages whose cause only the program itself may know. */
const WORDLESS: ReadonlySet<Stage> = new Set(['exit', 'readiness', 'startup', 'init-running']);
const MAX_PODS_OF_OWNER = 2;
const MAX_CONTAINERS = 30;

/**
 * The containers whose last lines may explain something: those that hold a pod up by ending or by not getting ready, of at
 * most two pods of each workload, thirty in all.
 */
export function wantedLogs(snapshot: Snapshot): readonly LogTarget[] {
  const perOwner = new Map<string, number>();
  const found: LogTarget[] = [];
  for (const pod of snapshot.list('Pod')) {
    if (found.length >= MAX_CONTAINERS) break;
    const { blocked, culprit, stage } = podState(snapshot, pod);
    if (!blocked || culprit === undefined || !WORDLESS.has(stage)) continue;
    const owner = refKey(topOwner(snapshot, pod));
    const known = perOwner.get(owner) ?? 0;
    if (known >= MAX_PODS_OF_OWNER) continue;
    perOwner.set(owner, known + 1);
    found.push({
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name,
      container: culprit.name,
      previous: stage === 'exit' && (culprit.status?.restartCount ?? 0) > 0,
    });
  }
  return found;
}
