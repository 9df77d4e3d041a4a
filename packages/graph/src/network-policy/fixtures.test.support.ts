import { type Namespace, type NetworkPolicy, type Pod, type StringMap } from '@kroot/types';

/** A running pod; `name` is `namespace/name`. */
export function pod(
  name: string,
  labels: StringMap = {},
  rest: { spec?: Partial<Pod['spec']>; status?: Pod['status'] } = {},
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata(name), labels },
    spec: { containers: [{ name: 'main' }], nodeName: 'w1', ...rest.spec },
    status: { phase: 'Running', ...rest.status },
  };
}

/** A Namespace with the labels it was given. */
export function namespace(name: string, labels: StringMap = {}): Namespace {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** A NetworkPolicy; `name` is `namespace/name`. */
export function policy(name: string, spec: NonNullable<NetworkPolicy['spec']>): NetworkPolicy {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: metadata(name), spec };
}

function metadata(path: string): { readonly namespace: string; readonly name: string } {
  const slash = path.indexOf('/');
  return { namespace: path.slice(0, slash), name: path.slice(slash + 1) };
}
