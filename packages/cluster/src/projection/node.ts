import { type Lease, type Node, type Taint } from '@kroot/types';
import { condition } from './common.ts';
import { type BodyOf, type FieldsOf } from './schema.ts';

const taint: FieldsOf<Taint> = {
  key: 'string!',
  value: 'string',
  effect: 'string!',
  timeAdded: 'string',
};

/** A Node. */
export const node: BodyOf<Node> = {
  spec: { unschedulable: 'boolean', taints: [taint], podCIDR: 'string', providerID: 'string' },
  status: {
    conditions: [condition],
    capacity: 'strings',
    allocatable: 'strings',
    addresses: [{ type: 'string!', address: 'string!' }],
    nodeInfo: {
      architecture: 'string',
      operatingSystem: 'string',
      kubeletVersion: 'string',
      containerRuntimeVersion: 'string',
      osImage: 'string',
      kernelVersion: 'string',
    },
    volumesAttached: [{ name: 'string!', devicePath: 'string' }],
  },
};

/** A Lease. */
export const lease: BodyOf<Lease> = {
  spec: {
    holderIdentity: 'string',
    renewTime: 'string',
    acquireTime: 'string',
    leaseDurationSeconds: 'number',
    leaseTransitions: 'number',
  },
};
