import {
  controlledBy,
  labelValue,
  nearNames,
  serviceReferences,
  templateOf,
  type PodState,
  type ServiceReference,
} from '@kroot/graph';
import {
  refKey,
  sameRef,
  type Evidence,
  type Mechanism,
  type ResourceRef,
  type Severity,
  type Snapshot,
} from '@kroot/types';
import { fieldOf, readySince, sufferers, waitingPods, type Client } from './clients.ts';
import { fromSpec } from './evidence.ts';
import { inWords } from './kubectl.ts';

const HOUR = 3_600_000;

/** How likely a reference that leads nowhere is a fault, and what it does. */
interface ReferenceHarm {
  readonly severity: Severity;
  /** What it stops: nothing while it is only a leftover. */
  readonly breaks: readonly Mechanism[];
  readonly affects?: readonly ResourceRef[];
  readonly waiting: readonly PodState[];
}

/**
 * Settings that lead nowhere are common and mostly harmless: defaults for parts that nobody installed. One is a fault
 * when something else speaks for that (`suspicious`) and the pods are held up, or have not been ready for long.
 */
export function referenceHarm(snapshot: Snapshot, client: Client, suspicious: boolean): ReferenceHarm {
  const waiting = waitingPods(client);
  if (!suspicious) return { severity: 'info', breaks: [], waiting: [] };
  if (waiting.length > 0) {
    return {
      severity: 'warning',
      breaks: ['dependency', 'name-resolution', 'network'],
      affects: sufferers([{ client, pods: waiting }]),
      waiting,
    };
  }
  const now = snapshot.now.getTime();
  const settled = client.pods.every((pod) => {
    const since = readySince(pod);
    return since !== undefined && now - since >= HOUR;
  });
  return { severity: settled ? 'info' : 'warning', breaks: ['dependency'], waiting: [] };
}

/** Whether the previous revision of the workload did without the reference: it came with the last change. */
export function isNewReference(snapshot: Snapshot, client: Client, { service, port }: ServiceReference): boolean {
  if (client.ref.kind !== 'Deployment') return false;
  const sets = controlledBy(snapshot, client.ref)
    .map((object) => ({
      object,
      revision: Number(labelValue(object.metadata.annotations, 'deployment.kubernetes.io/revision') ?? Number.NaN),
    }))
    .filter(({ revision }) => Number.isSafeInteger(revision))
    .toSorted((a, b) => b.revision - a.revision);
  const before = sets[1] === undefined ? undefined : templateOf(sets[1].object);
  if (before === undefined) return false;
  const had = serviceReferences(snapshot, before.spec, client.namespace);
  return !had.some((other) => sameRef(other.service, service) && other.port === port);
}

/** Names of Services of the namespace that may have been meant, best first. */
export function nearServices(snapshot: Snapshot, { namespace = '', name }: ResourceRef): readonly string[] {
  return nearNames(
    name,
    snapshot.list('Service', namespace).map(({ metadata }) => metadata.name),
  );
}

/** What names the Service, as evidence. */
export function referenceEvidence(client: Client, reference: ServiceReference): Evidence {
  const value = reference.variable === undefined ? reference.text : `${reference.variable}=${reference.text}`;
  const quote = reference.configMap === undefined ? value : `${value} (from ${inWords(reference.configMap)})`;
  return fromSpec(client.ref, fieldOf(client, reference.path), quote);
}

/** `variable DB_HOST of container "api"`, or the field for arguments. */
export function referenceWords({ variable, container, waits }: ServiceReference): string {
  if (waits === true) return `the start-up script of container "${container}"`;
  return variable === undefined
    ? `the command of container "${container}"`
    : `variable ${variable} of container "${container}"`;
}

/** Since when the pods have been waiting, else when the workload was made as far as it is young. */
export function sinceOfHarm({ waiting }: ReferenceHarm): string | undefined {
  const times = waiting.map(({ since }) => since).filter((since) => since !== undefined);
  return times.length === 0 ? undefined : new Date(Math.min(...times)).toISOString();
}

/** References of a client to one Service each, the first place of each. */
export function referencesOf(snapshot: Snapshot, client: Client): readonly ServiceReference[] {
  const seen = new Set<string>();
  return serviceReferences(snapshot, client.spec, client.namespace).filter(({ service, port }) => {
    const key = `${refKey(service)}:${port ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
