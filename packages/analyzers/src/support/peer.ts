import { memoize } from '@kroot/graph';
import { ref, type Because, type ResourceRef, type Snapshot } from '@kroot/types';
import { type CrashWords } from '../messages/crash-words.ts';
import { inWords } from './kubectl.ts';

const byAddress = memoize((snapshot: Snapshot) => {
  const found = new Map<string, ResourceRef>();
  for (const service of snapshot.list('Service')) {
    const clusterIP = service.spec?.clusterIP;
    if (clusterIP === undefined || clusterIP === '' || clusterIP === 'None') continue;
    found.set(clusterIP, ref('Service', service.metadata.namespace, service.metadata.name));
  }
  return found;
});

/** The Service that a host names, as a pod of the namespace resolves it; undefined for hosts outside the cluster. */
export function serviceNamed(snapshot: Snapshot, host: string, namespace: string | undefined): ResourceRef | undefined {
  const address = byAddress(snapshot).get(host);
  if (address !== undefined) return address;
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)*$/.test(host) || /^[\d.]+$/.test(host)) return undefined;
  const [name = '', second, third] = host.split('.');
  if (second === undefined) return name === 'localhost' ? undefined : ref('Service', namespace, name);
  if (third === 'svc') return ref('Service', second, name);
  const inNamespace = ref('Service', second, name);
  const known = snapshot.list('Namespace').some(({ metadata }) => metadata.name === second);
  return third === undefined && (known || isPresent(snapshot, inNamespace)) ? inNamespace : undefined;
}

function isPresent(snapshot: Snapshot, target: ResourceRef): boolean {
  return snapshot.lookup(target).state === 'present';
}

/** What a program's last words say about whom it could not reach: for the sentence, the notes and the chain. */
export interface Peer {
  readonly words: string;
  /** What the cluster has under that name. */
  readonly note?: string;
  readonly service?: ResourceRef;
  readonly because?: readonly Because[];
}

/** The peer that a crash names. */
export function peerOf(
  snapshot: Snapshot,
  crash: CrashWords | undefined,
  namespace: string | undefined,
): Peer | undefined {
  if (crash?.host === undefined || crash.problem === undefined) return undefined;
  const address = crash.port === undefined ? crash.host : `${crash.host}:${crash.port}`;
  const words = crash.problem === 'unresolved' ? `cannot resolve the name ${crash.host}` : `cannot reach ${address}`;
  if (LOOPBACK.test(crash.host)) {
    return {
      words: `${words}, which is its own pod`,
      note: `${address} is the pod itself: a container beside it that does not listen there (yet), or a setting that should name a Service.`,
    };
  }
  const service = serviceNamed(snapshot, crash.host, namespace);
  if (service === undefined) return { words };
  const mechanism = crash.problem === 'unresolved' ? ('name-resolution' as const) : ('dependency' as const);
  return { words, service, because: [{ ref: service, mechanism }], note: noteOn(snapshot, crash.host, service) };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|0\.0\.0\.0)$/;

function noteOn(snapshot: Snapshot, host: string, service: ResourceRef): string {
  const { state } = snapshot.lookup(service);
  if (state === 'absent') return `There is no ${inWords(service)}: the name ${host} leads nowhere in the cluster.`;
  const known = state === 'present' ? 'is' : 'would be';
  return `${host} ${known} ${inWords(service)}: if that does not answer, repair it first.`;
}
