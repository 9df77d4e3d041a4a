import { type Analyzer } from '@kroot/types';
import { pullOnNode } from '../support/node-fixes.ts';
import { imagesOf, nodesOf, ownersDo, pullRule } from '../support/pull-rule.ts';
import { inline } from '../support/words.ts';

/** Reports nodes whose container runtime cannot read an image that it has. */
export const imageInspectError: Analyzer = pullRule({
  id: 'image-inspect-error',
  title: 'Container runtime cannot inspect an image',
  docs: {
    means: 'The runtime on the node fails to look into its own image store, which is mostly damaged.',
    decides: 'A container waits with reason ImageInspectError. The node is the subject.',
    silent: 'When the image name itself cannot be parsed.',
  },
  describe(group) {
    const [failure] = group.failures;
    const words = inline(failure.state.message ?? failure.event?.message ?? '', 220);
    return {
      message: `Container runtime on ${nodesOf(group)} cannot inspect image ${failure.image}`,
      cause: `${ownersDo(group, 'needs', 'need')} ${imagesOf(group)} on ${nodesOf(group)}, and the container runtime there cannot read it${words === '' ? '' : `: ${words}`}.`,
      fixes: [
        pullOnNode(group, `Remove the image from the store of ${nodesOf(group)}, so that it is pulled again`, [
          `On ${nodesOf(group)}, remove it with \`crictl rmi ${failure.image}\`; if that fails, restart the container runtime.`,
        ]),
      ],
    };
  },
});
