import { type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { nodesOf, pullRule, saidOf } from '../support/pull-rule.ts';
import { setImageFixes } from '../support/set-image.ts';

/** Reports images that the signature policy of the node rejects. */
export const imageSignatureInvalid: Analyzer = pullRule({
  id: 'image-signature-invalid',
  title: 'Signature of the image is not accepted',
  docs: {
    means: 'The container runtime checks signatures, and the image has none that its policy accepts.',
    decides: 'A container waits with reason SignatureValidationFailed, or the words of its pull say so.',
    silent: 'For refusals of an admission webhook, which come before there is a pod.',
  },
  describe(group, snapshot) {
    const [failure] = group.failures;
    const { owner, state, image } = failure;
    const said = saidOf(failure);
    return {
      message: `Image ${image} of ${inWords(owner)} has no signature that ${nodesOf(group)} accepts`,
      cause: `Container "${state.name}" of ${inWords(owner)} wants ${image}, and the signature policy on ${nodesOf(group)} rejects it${said === '' ? '' : `: ${said}`}.`,
      fixes: setImageFixes(
        snapshot,
        { owner, container: state.name, image },
        'a signed image, or sign this one with a key that the policy of the nodes trusts',
      ),
    };
  },
});
