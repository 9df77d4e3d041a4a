import { conditionOf } from '@kroot/graph';
import { ref, type Analyzer } from '@kroot/types';
import { fromCondition } from '../support/evidence.ts';
import { present } from '../support/present.ts';
import { pullOnNode } from '../support/node-fixes.ts';
import { imagesOf, nodesOf, ownersDo, pullRule, saidOf } from '../support/pull-rule.ts';

/** Reports nodes without room for an image. */
export const imageDiskFull: Analyzer = pullRule({
  id: 'image-disk-full',
  title: 'Node has no room for an image',
  docs: {
    means: 'The disk of the node on which images are stored is full. The DiskPressure condition may lag behind.',
    decides: 'A container waits for its image, and the words hold `no space left on device`. The node is the subject.',
    silent: 'For disk that a container fills while it runs.',
  },
  describe(group, snapshot) {
    const [failure] = group.failures;
    const name = failure.pod.pod.spec.nodeName ?? '';
    const node = ref('Node', undefined, name);
    const pressure = conditionOf(present(snapshot, 'Node', undefined, name)?.status?.conditions, 'DiskPressure');
    return {
      message: `Node ${name} has no room left for image ${failure.image}`,
      cause: `${ownersDo(group, 'needs', 'need')} ${imagesOf(group)} on ${nodesOf(group)}, and its disk is full: ${saidOf(failure)}.`,
      evidence: pressure === undefined ? [] : [fromCondition(node, pressure)],
      fixes: [
        pullOnNode(group, `Free disk on ${name}`, [
          `On ${name}, remove unused images with \`crictl rmi --prune\` and look for large logs, or give the node a larger disk.`,
        ]),
      ],
      notes:
        pressure?.status === 'False'
          ? [
              'The kubelet does not report disk pressure: images may be on another disk than the one it watches, or it has not looked yet.',
            ]
          : [],
    };
  },
});
