import { type Analyzer } from '@kroot/types';
import { missingRule } from '../support/missing-rule.ts';

/** Reports keys of ConfigMaps that volumes are made from and that do not exist. */
export const configmapKeyMissingVolume: Analyzer = missingRule({
  id: 'configmap-key-missing-volume',
  title: 'ConfigMap lacks a key that a volume needs',
  means: 'The items of a volume name a key that the ConfigMap does not have, so no container of the pod can start.',
  decides: 'A volume lists the key in items, and the ConfigMap is there without it.',
});
