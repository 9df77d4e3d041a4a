/**
 * Whether the scheduler found a node and could not bind the pod to it: a volume was not made in time, or the API server refused
 * the binding. Such words come in place of the list of nodes.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/schedule_one.go (bindingCycle)
 */
export function isBindError(message: string): boolean {
  return /^running (?:Reserve|Permit|PreBind|Bind) plugin |^[Bb]inding rejected|^binding volumes: |pods\/binding/.test(
    message.slice(0, 8192),
  );
}

/** The last part of such words, which says what went wrong. */
export function bindErrorWords(message: string): string {
  return message
    .slice(0, 8192)
    .replace(/^running \w{1,20} plugin "?[\w/-]{1,80}"?: /, '')
    .replace(/^binding volumes: /, '');
}
