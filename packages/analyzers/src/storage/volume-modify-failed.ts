import { claimChangeRule, claimWords, lookAtClaim } from '../support/claim-change-rule.ts';
import { kubectl } from '../support/kubectl.ts';
import { inline } from '../support/words.ts';

/** Reports claims whose volume cannot be given the attributes of its new VolumeAttributesClass. */
export const volumeModifyFailed: ReturnType<typeof claimChangeRule> = claimChangeRule({
  id: 'volume-modify-failed',
  title: 'Attributes of a volume cannot be changed',
  severity: 'warning',
  kind: 'modify-failed',
  docs: {
    means:
      'A claim asks for another VolumeAttributesClass, which does not exist or which the storage system refuses. The volume keeps its old attributes.',
    decides: 'The condition ModifyVolumeError is True, or the newest word about the claim is VolumeModifyFailed.',
    silent: 'When a later VolumeModifySuccessful says that it worked after all.',
    references: ['https://kubernetes.io/docs/concepts/storage/volume-attributes-classes/'],
  },
  tell: (change) => {
    const wanted = change.claim.spec?.volumeAttributesClassName ?? '';
    const look = lookAtClaim(change, `Correct spec.volumeAttributesClassName of ${claimWords(change)}`, [
      'Use a class that exists and whose parameters the driver accepts, or set it back to the class in status.currentVolumeAttributesClassName.',
    ]);
    return {
      message: `The volume of ${claimWords(change)} cannot take on ${wanted === '' ? 'its new attributes' : `VolumeAttributesClass ${wanted}`}`,
      cause: `Changing the volume of ${claimWords(change)} fails: "${inline(change.words)}".`,
      fixes: [{ ...look, commands: [...look.commands, kubectl(undefined, 'get', 'volumeattributesclasses')] }],
    };
  },
});
