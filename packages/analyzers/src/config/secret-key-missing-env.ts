import { type Analyzer } from '@kroot/types';
import { missingRule } from '../support/missing-rule.ts';

/** Reports keys of Secrets that variables of containers come from and that do not exist. */
export const secretKeyMissingEnv: Analyzer = missingRule({
  id: 'secret-key-missing-env',
  title: 'Secret lacks a key that a variable needs',
  means: 'A variable of a container comes from a key that the Secret does not have.',
  decides: 'A container names the key in env, and the Secret is there without it.',
});
