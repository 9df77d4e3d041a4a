import { formatQuantity } from '../quantity.ts';
import { podText, taintText } from './rejection-words.ts';
import { type SchedulingChange } from './scheduling-change.ts';

type Kind = SchedulingChange['kind'];
type ChangeOf<K extends Kind> = { readonly [P in K]: Extract<SchedulingChange, { readonly kind: P }> }[K];

const WORDS: { readonly [K in Kind]: (change: ChangeOf<K>) => string } = {
  'lift-gate': ({ gates }) => `scheduling gates ${gates.join(', ')} lifted`,
  uncordon: () => 'the node uncordoned',
  'drop-node-name': () => 'no nodeName in the pod',
  'add-toleration': (change) => `a toleration for ${taintText(change)}`,
  'remove-taint': (change) => `the node without taint ${taintText(change)}`,
  'repair-node': () => 'the node well again',
  'add-label': ({ key, value }) => `label ${key}${value === '' ? '' : `=${value}`} on the node`,
  'remove-label': ({ key }) => `the node without label ${key}`,
  'drop-selector': ({ key, wanted }) => `nodeSelector without ${key}=${wanted}`,
  'drop-affinity': () => 'another required node affinity',
  'change-affinity': () => 'another required node affinity',
  'free-port': ({ port, protocol, heldBy }) => `host port ${port}/${protocol} freed by ${podText(heldBy)}`,
  'reduce-request': ({ resource, by, to }) =>
    `${formatQuantity(resource, by)} ${resource} less (${formatQuantity(resource, to)} at most)`,
  'free-resource': ({ resource, by }) =>
    resource === 'pods' ? 'one pod less on it' : `${formatQuantity(resource, by)} ${resource} freed`,
  'add-node': () => 'one more such node',
  'relax-spread': ({ topologyKey, maxSkew }) => `maxSkew ${maxSkew} over ${topologyKey}`,
  'prefer-anti-affinity': ({ topologyKey }) => `anti-affinity over ${topologyKey} preferred, not required`,
  'move-pod': ({ pod }) => `${podText(pod)} elsewhere`,
  'start-pod': ({ topologyKey }) => `a pod that its affinity asks for in the same ${topologyKey}`,
  'label-topology': ({ topologyKey }) => `label ${topologyKey} on the node`,
  'repair-claim': ({ claim }) => `claim ${claim.name} repaired`,
  'use-other-volume': ({ volume }) => `another volume than ${volume.name}`,
  'detach-volumes': ({ driver, count }) => `${count} volumes of ${driver} fewer on it`,
};

/** A change in a few words that complete "it would fit with …". */
export function changeWords<K extends Kind>(change: ChangeOf<K>): string {
  const words: (change: ChangeOf<K>) => string = WORDS[change.kind];
  return words(change);
}
