import { type ContainerLog, type LogTarget } from '@kroot/types';

/** The last lines of a container as an object of a snapshot; the present and the previous log of a container are two. */
export function logObject(target: LogTarget, lines: readonly string[]): ContainerLog {
  const { namespace, pod, container, previous } = target;
  return {
    apiVersion: 'kroot.dev/v1',
    kind: 'ContainerLog',
    metadata: { namespace, name: `${pod}.${container}${previous ? ':previous' : ''}` },
    spec: { pod, container, previous, lines },
  };
}
