import { type Analyzer } from '@kroot/types';
import { missingRule } from '../support/missing-rule.ts';

/** Reports Secrets that volumes are made from and that do not exist. */
export const secretMissingVolume: Analyzer = missingRule({
  id: 'secret-missing-volume',
  title: 'Secret for a volume does not exist',
  means: 'A volume of a pod is made from a Secret that is not in its namespace, so no container of the pod can start.',
  decides: 'A volume names the Secret, and there is none of that name.',
});
