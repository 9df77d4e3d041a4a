import { refOf } from '@kroot/graph';
import { type Analyzer } from '@kroot/types';
import { lingeringTaintRule } from '../support/lingering-taint-rule.ts';
import { staleLeader } from '../support/stale-leader.ts';

const KEY = 'node.cloudprovider.kubernetes.io/uninitialized';

/** Reports nodes that no cloud controller manager has taken over. */
export const nodeCloudUninitialized: Analyzer = lingeringTaintRule({
  id: 'node-cloud-uninitialized',
  title: 'Cloud controller manager has not taken over the node',
  docs: {
    means:
      'A kubelet that is told of an external cloud provider joins with a taint, and the cloud controller manager takes it away once it has found the machine. Until then no ordinary pod comes to the node.',
    decides: `The taint ${KEY} is on a node for more than 5 min. If a cloud controller manager is seen and has no ready pod, that is the cause.`,
    silent:
      'During the first 5 min of a node, and on nodes that are not ready: then that is told, as the taint may be the result.',
    references: ['https://kubernetes.io/docs/tasks/administer-cluster/running-cloud-controller/'],
  },
  isMeant: (key) => key === KEY,
  remover: 'The cloud controller manager',
  when: 'it has found the machine',
  because: (snapshot) => {
    const stale = staleLeader(snapshot, 'cloud-controller-manager');
    return stale === undefined ? [] : [{ ref: refOf(stale.lease), mechanism: 'availability' }];
  },
  steps: [
    'Its log says why it does not find the machine: credentials, region, or a node name that differs from the name of the machine in the cloud.',
    'Where no cloud controller manager is installed, the kubelet must not run with --cloud-provider=external.',
  ],
});
