import { type Builder, object } from './builders/builder.ts';
import {
  configMap,
  deployment,
  endpointSlice,
  namespace,
  node,
  secret,
  service,
  serviceAccount,
} from './builders/objects.ts';
import { pod } from './builders/pod.ts';

/** A small cluster in which nothing is wrong: whatever a rule says about it is a false alarm. */
export function healthyCluster(): readonly Builder[] {
  return [
    namespace('shop'),
    namespace('kube-system'),
    node('worker-1'),
    node('worker-2'),
    serviceAccount('default'),
    serviceAccount('default', 'kube-system'),
    secret('db', ['password']),
    configMap('settings', { mode: 'production' }),
    deployment('web'),
    object(
      'apps/v1',
      'ReplicaSet',
      { name: 'web-5d8f', namespace: 'shop', labels: { app: 'web' } },
      {
        spec: { replicas: 1, selector: { matchLabels: { app: 'web' } } },
        status: { replicas: 1, readyReplicas: 1, availableReplicas: 1, observedGeneration: 1 },
      },
    ),
    pod('web-5d8f-x').label('app', 'web').secretKey('db', 'password').configKey('settings', 'mode'),
    service('web', { app: 'web' }),
    endpointSlice('web', [{ name: 'web-5d8f-x', ready: true }]),
  ];
}
