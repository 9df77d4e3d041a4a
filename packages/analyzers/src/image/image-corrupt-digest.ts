import { type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { pullOnNode } from '../support/node-fixes.ts';
import { imagesOf, mirrorNotes, nodesOf, pullRule, saidOf } from '../support/pull-rule.ts';
import { setImageFixes } from '../support/set-image.ts';

/** Reports images whose content does not match its own digest or cannot be unpacked. */
export const imageCorruptDigest: Analyzer = pullRule({
  id: 'image-corrupt-digest',
  title: 'Content of an image is damaged',
  docs: {
    means:
      'The node got content for the image, but its size or digest is not the one that the manifest names, or a layer cannot be unpacked. The registry, a cache or a proxy on the way holds damaged content.',
    decides:
      'A container waits for its image, and the words are about an unexpected digest, a failed size validation, or a layer that cannot be read.',
    silent: 'Once the image has been pulled.',
    references: ['https://github.com/containerd/containerd/blob/main/core/content/helpers.go'],
  },
  describe(group, snapshot) {
    const [failure] = group.failures;
    const { owner, state, image, host } = failure;
    return {
      message: `Image ${image} of ${inWords(owner)} arrives damaged`,
      cause: `Container "${state.name}" of ${inWords(owner)} wants ${imagesOf(group)}, and what arrives on ${nodesOf(group)} is not what its manifest names: ${saidOf(failure)}.`,
      fixes: [
        pullOnNode(group, `Push ${image} again, or clear the cache that holds it`, [
          `A pull of ${image} past the proxies and mirrors in front of ${host} tells whether ${host} itself holds damaged content.`,
        ]),
        ...setImageFixes(snapshot, { owner, container: state.name, image }, 'a tag or digest that can be pulled'),
      ],
      notes: mirrorNotes(failure),
    };
  },
});
