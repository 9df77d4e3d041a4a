import { type Node } from '@kroot/types';
import { labelValue } from './selectors.ts';

/** Whether a node carries the role label of the control plane, in today's or an earlier spelling. */
export function isControlPlane({ metadata: { labels } }: Node): boolean {
  const role = labelValue(labels, 'kubernetes.io/role');
  return (
    role === 'control-plane' ||
    role === 'master' ||
    labelValue(labels, 'node-role.kubernetes.io/control-plane') !== undefined ||
    labelValue(labels, 'node-role.kubernetes.io/master') !== undefined
  );
}
