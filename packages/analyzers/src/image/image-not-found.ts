import { nearNames } from '@kroot/graph';
import { type Analyzer, type Snapshot } from '@kroot/types';
import { imageReference } from '../messages/image-reference.ts';
import { inWords } from '../support/kubectl.ts';
import { type PullFailure } from '../support/pull-failures.ts';
import { mirrorNotes, pulledImages, pullRule, saidOf } from '../support/pull-rule.ts';
import { setImageFixes } from '../support/set-image.ts';
import { listed } from '../support/words.ts';

/** Reports images that the registry says it does not have. */
export const imageNotFound: Analyzer = pullRule({
  id: 'image-not-found',
  title: 'Image does not exist in its registry',
  docs: {
    means: 'The registry answered, and has no image of that name, tag or digest.',
    decides:
      'A container waits for its image, and the newest words of the runtime say `manifest unknown`, `name unknown`, `not found` or 404. Platform, certificate and credential errors that contain such words are told apart first.',
    silent:
      'For pods that have got the image since, pods that are being deleted, and pulls that fail for any other reason.',
  },
  describe({ failures: [failure] }, snapshot) {
    const { owner, state, image, host } = failure;
    const use = { owner, container: state.name, image };
    return {
      message: `Image ${image} of ${inWords(owner)} does not exist`,
      cause: `Container "${state.name}" of ${inWords(owner)} wants ${image}, and ${host} answers: ${saidOf(failure)}.`,
      fixes: setImageFixes(snapshot, use, 'a tag or digest that the registry has'),
      notes: [...nearImages(snapshot, failure), ...mirrorNotes(failure)],
    };
  },
});

function nearImages(snapshot: Snapshot, { image }: PullFailure): readonly string[] {
  const pulled = [...pulledImages(snapshot)].filter((other) => other !== image);
  const { host, repository } = imageReference(image);
  const same = pulled.filter((other) => {
    const reference = imageReference(other);
    return reference.host === host && reference.repository === repository;
  });
  if (same.length > 0) return [`The cluster runs the same repository as ${listed(same.toSorted())}.`];
  const near = nearNames(image, pulled);
  return near.length === 0 ? [] : [`A similar image that the cluster has pulled: ${listed(near)}.`];
}
