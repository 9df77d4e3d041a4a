import { type Analyzer } from '@kroot/types';
import { missingRule } from '../support/missing-rule.ts';

/** Reports sources of projected volumes that do not exist. */
export const projectedVolumeSourceMissing: Analyzer = missingRule({
  id: 'projected-volume-source-missing',
  title: 'Source of a projected volume does not exist',
  means: 'A projected volume is made from several objects, and one of them, or a key of it, is missing.',
  decides:
    'A projected volume names the Secret or ConfigMap in its sources, and there is none of that name, or none with that key.',
});
