/** Who took a pod's place, as the scheduler says it in the event `Preempted`. */
export interface Preempted {
  /** Newer schedulers name the preemptor by its uid. */
  readonly uid?: string;
  /** Older ones by namespace and name. */
  readonly namespace?: string;
  readonly name?: string;
  readonly node: string;
}

const PREEMPTED = /^Preempted by (?:pod )?(\S+)(?: on node (\S+?))?\.?$/;

/**
 * Takes `Preempted by pod UID on node NODE` apart, or `Preempted by NAMESPACE/NAME on node NODE`.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/preemption/executor.go
 */
export function parsePreempted(message: string): Preempted | undefined {
  const match = PREEMPTED.exec(message.slice(0, 1024).trim());
  const [, who = '', node = ''] = match ?? [];
  if (who === '') return undefined;
  const slash = who.indexOf('/');
  if (slash === -1) return { uid: who, node };
  return { namespace: who.slice(0, slash), name: who.slice(slash + 1), node };
}
