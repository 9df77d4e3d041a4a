import { type Analyzer } from '@kroot/types';
import { missingRule } from '../support/missing-rule.ts';

/** Reports keys of ConfigMaps that variables of containers come from and that do not exist. */
export const configmapKeyMissingEnv: Analyzer = missingRule({
  id: 'configmap-key-missing-env',
  title: 'ConfigMap lacks a key that a variable needs',
  means: 'A variable of a container comes from a key that the ConfigMap does not have.',
  decides: 'A container names the key in env, and the ConfigMap is there without it.',
});
