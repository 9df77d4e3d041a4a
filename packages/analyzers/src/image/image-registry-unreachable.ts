import { type Analyzer } from '@kroot/types';
import { contactedHost } from '../messages/image-error.ts';
import { pullOnNode } from '../support/node-fixes.ts';
import { imagesOf, nodesOf, ownersDo, pullRule, saidOf } from '../support/pull-rule.ts';
import { setImageFixes } from '../support/set-image.ts';

/** Reports registries that the nodes do not reach. */
export const imageRegistryUnreachable: Analyzer = pullRule({
  id: 'image-registry-unreachable',
  title: 'Node does not reach the registry',
  docs: {
    means:
      'The name of the registry resolves, but no connection comes about: firewall, proxy, routing, a wrong port, or the registry is off.',
    decides:
      'A container waits for its image, and the runtime says time-out, refused, reset or no route. If all failures are on one node and another node has the image, the node is the subject.',
    silent:
      'When several images of one registry fail this way on several nodes: then image-registry-down-cluster says it once.',
  },
  describe(group, snapshot) {
    const [failure] = group.failures;
    const { owner, state, image, host, words } = failure;
    const contacted = contactedHost(words) ?? host;
    const onNode = group.subject.kind === 'Node';
    const use = { owner, container: state.name, image };
    return {
      message: onNode
        ? `Node ${group.subject.name} does not reach registry ${contacted}`
        : `Registry ${contacted} of image ${image} is not reached`,
      cause: `${ownersDo(group, 'pulls', 'pull')} ${imagesOf(group)}, and ${nodesOf(group)} gets no connection to ${contacted}: ${saidOf(failure)}.`,
      fixes: [
        pullOnNode(group, `Open the way from ${nodesOf(group)} to ${contacted}`, [
          `Check firewall, proxy settings of the container runtime and routes from ${nodesOf(group)} to ${contacted}.`,
        ]),
        ...(onNode ? [] : setImageFixes(snapshot, use, 'an image of a registry that the nodes reach')),
      ],
      notes: onNode ? ['Another node has got one of these images.'] : [],
    };
  },
});
