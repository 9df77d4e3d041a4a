import { isFinished, memoize, podReferences, refOf, topOwner } from '@kroot/graph';
import { refKey, type Pod, type ResourceRef, type Snapshot } from '@kroot/types';
import { inWords } from './kubectl.ts';
import { type Needer } from './needer.ts';

const MAX_TEXT = 131_072;
const MAX_WORDS = 20_000;
/** A host in an address: after `://`, perhaps as the default of a placeholder (`lb://${API_HOST:api}`). */
const ADDRESS = /[a-z][a-z0-9+.-]{0,20}:\/\/(?:\$\{[A-Za-z_][\w.-]{0,100}:-?)?([a-z0-9][a-z0-9.-]{0,252})/g;
const WORD = /[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?/g;

interface Mention {
  readonly config: ResourceRef;
  /** The workload that reads it; absent when no pod is seen to. */
  readonly owner?: ResourceRef;
  readonly key: string;
  readonly strength: Needer['strength'];
  readonly text: string;
}

/** ConfigMaps that running pods mount, with the workloads that do. */
const mounted = memoize((snapshot: Snapshot) => {
  const found = new Map<string, Map<string, ResourceRef>>();
  for (const pod of snapshot.list('Pod')) {
    if (isFinished(pod) || pod.metadata.deletionTimestamp !== undefined) continue;
    const owner = topOwner(snapshot, pod);
    for (const target of configMapsOf(pod)) {
      const key = refKey(target);
      const owners = found.get(key) ?? new Map<string, ResourceRef>();
      owners.set(refKey(owner), owner);
      found.set(key, owners);
    }
  }
  return found;
});

function configMapsOf(pod: Pod): readonly ResourceRef[] {
  const { namespace = '' } = pod.metadata;
  return podReferences(pod.spec, namespace)
    .map(({ target }) => target)
    .filter(({ kind }) => kind === 'ConfigMap');
}

const mentions = memoize((snapshot: Snapshot) => {
  const services = new Set(snapshot.list('Service').map((service) => refKey(refOf(service))));
  const found = new Map<string, Mention[]>();
  for (const object of snapshot.list('ConfigMap')) {
    const config = refOf(object);
    const owners = [...(mounted(snapshot).get(refKey(config))?.values() ?? [])];
    for (const [key, text] of Object.entries(object.data ?? {})) {
      for (const [name, strength] of namesIn(text)) {
        const target = refKey({ group: '', kind: 'Service', namespace: config.namespace ?? '', name });
        if (!services.has(target) || (owners.length === 0 && strength === 'weak')) continue;
        const mention = { config, key, strength, text: name };
        const known = found.get(target) ?? [];
        // A program may read a ConfigMap through the API: an address in it says something, though not who uses it.
        if (owners.length === 0) known.push({ ...mention, strength: 'weak' });
        else known.push(...owners.map((owner) => ({ ...mention, owner })));
        found.set(target, known);
      }
    }
  }
  return found;
});

/** Words that might name a Service: as a host of an address (strong), or any word with a hyphen (weak). */
function namesIn(text: string): ReadonlyMap<string, Needer['strength']> {
  const found = new Map<string, Needer['strength']>();
  const cut = text.slice(0, MAX_TEXT);
  for (const [word] of cut.matchAll(WORD)) {
    if (word.includes('-')) found.set(word, 'weak');
    if (found.size > MAX_WORDS) break;
  }
  for (const [, host = ''] of cut.matchAll(ADDRESS)) found.set(host.split('.')[0] ?? host, 'strong');
  return found;
}

/** The configuration that names a Service of its namespace, with the running workloads that mount it. */
export function configMentions(snapshot: Snapshot, service: ResourceRef): readonly Needer[] {
  return (mentions(snapshot).get(refKey(service)) ?? [])
    .filter(({ config }) => config.name !== service.name)
    .map(({ config, owner, key, strength, text }) => ({
      ref: config,
      strength,
      words:
        owner === undefined
          ? `${inWords(config)} names it in an address`
          : `the configuration of ${inWords(owner)} (ConfigMap ${config.name}) names it`,
      path: `data['${key}']`,
      quote: text,
    }));
}
