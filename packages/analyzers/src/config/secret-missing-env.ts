import { type Analyzer } from '@kroot/types';
import { missingRule } from '../support/missing-rule.ts';

/** Reports Secrets that variables of containers come from and that do not exist. */
export const secretMissingEnv: Analyzer = missingRule({
  id: 'secret-missing-env',
  title: 'Secret for environment variables does not exist',
  means: 'A container takes variables from a Secret that is not in its namespace, so the kubelet cannot configure it.',
  decides: 'A container names the Secret in env or envFrom, and there is none of that name.',
});
