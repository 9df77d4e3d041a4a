import { type ContainerLog, type LogTarget } from '@kroot/types';

/** The last lines of a container as an object of a snapshot. */
export function logObject(target: LogTarget, lines: readonly string[]): ContainerLog {
  const { namespace, pod, container, previous } = target;
  return {
    apiVersion: 'kroot.dev/v1',
    kind: 'ContainerLog',
    metadata: { namespace, name: `${pod}.${container}` },
    spec: { pod, container, previous, lines },
  };
}
