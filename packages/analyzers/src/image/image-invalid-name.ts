import { type Analyzer } from '@kroot/types';
import { imageNameMistake } from '../messages/image-reference.ts';
import { inWords } from '../support/kubectl.ts';
import { pullRule } from '../support/pull-rule.ts';
import { setImageFixes } from '../support/set-image.ts';
import { inline } from '../support/words.ts';

/** Reports image names that no runtime can parse. */
export const imageInvalidName: Analyzer = pullRule({
  id: 'image-invalid-name',
  title: 'Image name is not valid',
  docs: {
    means:
      'The text of the image field is no image name: a template was not rendered, or it has capital letters, spaces or two tags.',
    decides: 'The container waits with reason InvalidImageName; the text itself tells the mistake.',
    silent: 'For names that are valid and do not exist.',
    references: ['https://github.com/distribution/reference/blob/main/reference.go'],
  },
  describe({ failures: [failure] }, snapshot) {
    const { owner, state, image } = failure;
    const shown = inline(image, 120);
    const mistake = imageNameMistake(image);
    const use = { owner, container: state.name, image };
    return {
      message: `Image name "${shown}" of ${inWords(owner)} is not valid`,
      cause: `Container "${state.name}" of ${inWords(owner)} has the image "${shown}", which ${mistake}.`,
      fixes: setImageFixes(snapshot, use, 'a valid name such as registry/repository:tag'),
      notes:
        mistake.startsWith('holds ') && !mistake.includes('space')
          ? ['The mistake is in the template or values from which the object was made.']
          : [],
    };
  },
});
