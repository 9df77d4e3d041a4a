import { type Analyzer } from '@kroot/types';
import { missingRule } from '../support/missing-rule.ts';

/** Reports keys of Secrets that volumes are made from and that do not exist. */
export const secretKeyMissingVolume: Analyzer = missingRule({
  id: 'secret-key-missing-volume',
  title: 'Secret lacks a key that a volume needs',
  means: 'The items of a volume name a key that the Secret does not have, so no container of the pod can start.',
  decides: 'A volume lists the key in items, and the Secret is there without it.',
});
