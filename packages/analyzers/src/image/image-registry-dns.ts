import { nearNames } from '@kroot/graph';
import { type Analyzer, type Snapshot } from '@kroot/types';
import { unresolvedHost } from '../messages/image-error.ts';
import { imageReference } from '../messages/image-reference.ts';
import { inWords } from '../support/kubectl.ts';
import { pullOnNode } from '../support/node-fixes.ts';
import { imagesOf, nodesOf, ownersDo, pulledImages, pullRule, saidOf } from '../support/pull-rule.ts';
import { setImageFixes } from '../support/set-image.ts';
import { listed } from '../support/words.ts';

/** Reports registries whose names the nodes cannot resolve. */
export const imageRegistryDns: Analyzer = pullRule({
  id: 'image-registry-dns',
  title: 'Node cannot resolve the name of the registry',
  docs: {
    means:
      'The resolver of the node has no address for the registry: the host in the image name is wrong, or the DNS of the node is.',
    decides:
      'A container waits for its image, and the runtime says `lookup … no such host`, `server misbehaving` or times out in a lookup.',
    silent: 'When several images of one registry fail this way: then image-registry-down-cluster says it once.',
  },
  describe(group, snapshot) {
    const [failure] = group.failures;
    const { owner, state, image, host, words } = failure;
    const name = unresolvedHost(words) ?? host;
    const use = { owner, container: state.name, image };
    return {
      message: `Registry ${name} of image ${image} has no address on ${nodesOf(group)}`,
      cause: `${ownersDo(group, 'pulls', 'pull')} ${imagesOf(group)}, and the resolver of ${nodesOf(group)} does not know ${name}: ${saidOf(failure)}.`,
      fixes: [
        ...setImageFixes(snapshot, use, 'an image of a registry whose name resolves'),
        pullOnNode(group, `Let ${nodesOf(group)} resolve ${name}`, [
          `If ${name} is right, add it to the DNS servers that ${nodesOf(group)} uses (its /etc/resolv.conf, not the cluster DNS).`,
        ]),
      ],
      notes: [
        `The node's own resolver was asked: CoreDNS has no part in image pulls.`,
        ...nearHosts(snapshot, name),
        ...(name === host ? [] : [`${inWords(owner)} names ${host}; ${name} is what the runtime looked up.`]),
      ],
    };
  },
});

function nearHosts(snapshot: Snapshot, name: string): readonly string[] {
  const hosts = new Set([...pulledImages(snapshot)].map((image) => imageReference(image).host));
  const near = nearNames(name, hosts);
  return near.length === 0 ? [] : [`The cluster pulls from a registry of a similar name: ${listed(near)}.`];
}
