import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault } from '../support/container-fault.ts';
import { kubectl } from '../support/kubectl.ts';
import { inline } from '../support/words.ts';

/** Reports containers for which the kubelet's own managers of CPUs, memory and devices refuse. */
export const precreateHookError: Analyzer = containerFault(
  {
    id: 'precreate-hook-error',
    title: 'Kubelet cannot prepare CPUs, memory or devices of a container',
    breaks: ['container-start'],
    docs: {
      means:
        'Before it creates or starts a container the kubelet assigns CPUs, memory and devices to it, and that failed on this node.',
      decides: 'The container waits with reason PreCreateHookError or PreStartHookError.',
      silent: 'For all other reasons.',
      references: [
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kuberuntime/kuberuntime_container.go',
      ],
    },
  },
  (group) => {
    const node = group.first.pod.pod.spec.nodeName ?? '';
    const reason = group.first.state.reason ?? 'PreCreateHookError';
    const said = inline(group.first.text ?? '');
    return {
      message: `${capital(group.words)} cannot be prepared on node ${node} (${reason})`,
      cause:
        said === ''
          ? `The kubelet of node ${node} gives ${reason} for container "${group.container}" and no words.`
          : `The kubelet of node ${node} cannot prepare container "${group.container}": ${said}.`,
      fixes: [
        {
          summary: `See what node ${node} has left of CPUs, memory and devices`,
          steps: [
            'A checkpoint of the CPU or memory manager that no longer fits the node, or a device plugin that has gone, is the usual reason: the log of the kubelet says which.',
          ],
          commands: [kubectl(undefined, 'describe', `node/${node}`)],
          effect: 'none',
          where: 'node',
        },
      ],
    };
  },
);
