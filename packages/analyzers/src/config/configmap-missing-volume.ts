import { type Analyzer } from '@kroot/types';
import { missingRule } from '../support/missing-rule.ts';

/** Reports ConfigMaps that volumes are made from and that do not exist. */
export const configmapMissingVolume: Analyzer = missingRule({
  id: 'configmap-missing-volume',
  title: 'ConfigMap for a volume does not exist',
  means:
    'A volume of a pod is made from a ConfigMap that is not in its namespace, so no container of the pod can start.',
  decides: 'A volume names the ConfigMap, and there is none of that name.',
});
