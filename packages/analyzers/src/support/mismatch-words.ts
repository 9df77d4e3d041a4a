import { formatQuantity, type VolumeCandidate, type VolumeMismatch } from '@kroot/graph';

/** What is in the way of binding a volume, both sides of the comparison: `accessModes are [ReadWriteOnce], the claim wants [ReadWriteMany]`. */
export function mismatchWords(mismatch: VolumeMismatch): string {
  switch (mismatch.field) {
    case 'capacity':
      return `capacity is ${formatQuantity('storage', mismatch.have)}, the claim wants ${formatQuantity('storage', mismatch.want)}`;
    case 'accessModes':
      return `accessModes are [${mismatch.have.join(', ')}], the claim wants [${mismatch.want.join(', ')}]`;
    case 'volumeMode':
      return `volumeMode is ${mismatch.have}, the claim wants ${mismatch.want}`;
    case 'storageClassName':
      return `storageClassName is ${JSON.stringify(mismatch.have)}, the claim wants ${JSON.stringify(mismatch.want)}`;
    case 'selector':
      return 'its labels do not match the selector of the claim';
    case 'nodeAffinity':
      return 'no node fulfils its nodeAffinity';
    case 'claimRef':
      return `it is reserved for claim ${mismatch.namespace}/${mismatch.name}`;
    case 'claimRef.uid':
      return `claimRef still has the uid of an earlier claim${mismatch.have === '' ? '' : ` (${mismatch.have})`}`;
    case 'phase':
      return `its phase is ${mismatch.have === '' ? 'not known' : mismatch.have}`;
    case 'deletionTimestamp':
    default:
      return 'it is being deleted';
  }
}

/** All that is in the way of one volume. */
export function candidateWords({ mismatches }: VolumeCandidate): string {
  return mismatches.map((mismatch) => mismatchWords(mismatch)).join('; ');
}

/** Field of the volume that a mismatch is about. */
export function mismatchPath({ field }: VolumeMismatch): string {
  if (field === 'phase') return 'status.phase';
  if (field === 'deletionTimestamp') return 'metadata.deletionTimestamp';
  return field === 'selector' ? 'metadata.labels' : `spec.${field}`;
}
