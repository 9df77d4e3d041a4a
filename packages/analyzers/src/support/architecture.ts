import { memoize, podsOf, podState, type ContainerState } from '@kroot/graph';
import { ref, refKey, type ResourceRef, type Snapshot } from '@kroot/types';

/** A program for another machine ends before it has done anything. */
const INSTANT = 3000;

interface Split {
  readonly failing: string;
  readonly working: string;
}

const splits = memoize(() => new Map<string, Split | 'none'>());

/**
 * The processor architecture on whose nodes alone a container of the workload ends at once, while it runs on the others:
 * the image holds a program for the other one, even where nothing says `exec format error`.
 */
export function failingArchitecture(snapshot: Snapshot, owner: ResourceRef, state: ContainerState): Split | undefined {
  if (!isInstantEnd(state)) return undefined;
  const key = `${refKey(owner)}\n${state.name}`;
  const known = splits(snapshot).get(key) ?? split(snapshot, owner, state.name);
  splits(snapshot).set(key, known);
  return known === 'none' ? undefined : known;
}

function isInstantEnd({ terminated }: ContainerState): boolean {
  if (terminated?.startedAt === undefined || terminated.finishedAt === undefined || terminated.exitCode === 0)
    return false;
  return Date.parse(terminated.finishedAt) - Date.parse(terminated.startedAt) <= INSTANT;
}

function split(snapshot: Snapshot, owner: ResourceRef, container: string): Split | 'none' {
  const failing = new Set<string>();
  const working = new Set<string>();
  for (const pod of podsOf(snapshot, owner)) {
    const state = podState(snapshot, pod).containers.find(({ name }) => name === container);
    const architecture = architectureOf(snapshot, pod.spec.nodeName);
    if (state === undefined || architecture === undefined) continue;
    if (state.stage === 'exit') failing.add(architecture);
    else if (state.status?.state?.running !== undefined) working.add(architecture);
  }
  const [bad, ...more] = failing;
  const [good] = working;
  if (bad === undefined || good === undefined || more.length > 0 || working.has(bad)) return 'none';
  return { failing: bad, working: good };
}

function architectureOf(snapshot: Snapshot, nodeName: string | undefined): string | undefined {
  if (nodeName === undefined) return undefined;
  const node = snapshot.lookup({ ...ref('Node', undefined, nodeName), kind: 'Node' as const });
  return node.state === 'present' ? node.object.status?.nodeInfo?.architecture : undefined;
}
