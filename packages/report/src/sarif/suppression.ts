import { type SuppressedBy } from '@kroot/types';
import type { Suppression } from 'sarif';
import { cleanText } from '../clean-text.ts';
import { toLocation } from './locations.ts';

/** What hides a result: an annotation stands in what is looked at, all else beside it. */
export function toSuppression(by: SuppressedBy | undefined): Suppression {
  if (by === undefined) return { kind: 'external' };
  const { carrier, owner, reason, resource, until } = by;
  return {
    kind: carrier === 'annotation' ? 'inSource' : 'external',
    status: 'accepted',
    justification: cleanText(reason),
    ...(resource === undefined ? {} : { location: toLocation(resource) }),
    properties: {
      carrier,
      ...(until === undefined ? {} : { until }),
      ...(owner === undefined ? {} : { owner }),
    },
  };
}
