import { type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { nodesOf, pullRule, saidOf } from '../support/pull-rule.ts';
import { setImageFixes } from '../support/set-image.ts';

/** Reports images in the old manifest format that runtimes no longer read. */
export const imageSchema1Unsupported: Analyzer = pullRule({
  id: 'image-schema1-unsupported',
  title: 'Image has a manifest format that the runtime no longer reads',
  docs: {
    means: "The image was pushed in Docker's manifest format 1, which containerd 2.1 and later refuse.",
    decides:
      'A container waits for its image, and the words are `media type … is no longer supported since containerd`.',
    silent: 'On nodes with an older runtime, which still take the image.',
    references: ['https://github.com/containerd/containerd/blob/main/RELEASES.md#deprecated-features'],
  },
  describe(group, snapshot) {
    const [failure] = group.failures;
    const { owner, state, image } = failure;
    return {
      message: `Image ${image} of ${inWords(owner)} has a manifest format that ${nodesOf(group)} no longer reads`,
      cause: `Container "${state.name}" of ${inWords(owner)} wants ${image}, and the runtime on ${nodesOf(group)} refuses its format: ${saidOf(failure)}.`,
      fixes: setImageFixes(
        snapshot,
        { owner, container: state.name, image },
        'a rebuild of the image, pushed with a current tool',
      ),
    };
  },
});
