import { type Analyzer } from '@kroot/types';
import { missingRule } from '../support/missing-rule.ts';

/** Reports ConfigMaps that variables of containers come from and that do not exist. */
export const configmapMissingEnv: Analyzer = missingRule({
  id: 'configmap-missing-env',
  title: 'ConfigMap for environment variables does not exist',
  means:
    'A container takes variables from a ConfigMap that is not in its namespace, so the kubelet cannot configure it.',
  decides: 'A container names the ConfigMap in env or envFrom, and there is none of that name.',
});
