import { podReferences, presentObject, type PodReference } from '@kroot/graph';
import { formatRef, ref, type Because, type Container, type ResourceRef } from '@kroot/types';
import { type CrashTrouble, type CrashWords } from '../messages/crash-words.ts';
import { configEdits } from './config-edits.ts';
import { type FaultGroup } from './container-fault.ts';
import { span } from './words.ts';

/** What a program was refused, ran out of or misses, and which object that leads to. */
export interface Trouble {
  /** Completes "crashes: …". */
  readonly words: string;
  readonly notes: readonly string[];
  /** Objects behind it: where one has a fault of its own, that is the cause. */
  readonly because: readonly Because[];
}

const WORDS: Readonly<Record<CrashTrouble, string>> = {
  'access-denied': 'its credentials are refused',
  'api-forbidden': 'the API server refuses it',
  'broker-unreachable': 'it reaches none of its brokers',
  'cannot-persist': 'its Redis cannot write to disk and takes no changes',
  'certificate-expired': 'the certificate of a server that it needs has expired',
  'certificate-name': 'the certificate of a server that it needs is for another name',
  'certificate-untrusted': 'it does not trust the certificate of a server that it needs',
  'database-missing': 'its database does not exist',
  'dns-config': 'its Corefile cannot be read',
  'dns-loop': 'it forwards queries to itself',
  'file-missing': 'it misses a file',
  'heap-full': 'its own heap limit is used up',
  'no-space': 'no space is left where it writes',
  'permission-denied': 'it may not use a file',
  'port-forbidden': 'it may not listen on a port below 1024',
  'read-only': 'it cannot write to a read-only file system',
  'setting-missing': 'it misses a variable',
  'too-many-connections': 'the server that it depends on takes no more connections',
};

/** The trouble that the last words of a group's container tell; undefined where they tell none. */
export function troubleOf(group: FaultGroup): Trouble | undefined {
  const { trouble, path, setting, name, port } = group.first.crash ?? {};
  if (trouble === undefined) return undefined;
  const about = path ?? setting ?? name ?? (port === undefined ? undefined : String(port));
  const where = about === undefined ? '' : ` (${about})`;
  return { words: `${WORDS[trouble]}${where}`, ...leadOf(group, trouble, group.first.crash ?? {}) };
}

type Lead = Omit<Trouble, 'words'>;
const NO_LEAD: Lead = { notes: [], because: [] };

function leadOf(group: FaultGroup, trouble: CrashTrouble, { path, setting, name }: CrashWords): Lead {
  if (trouble === 'access-denied') return credentials(group);
  if (trouble === 'setting-missing' && setting !== undefined) return variable(group, setting);
  if (trouble === 'api-forbidden' && name !== undefined) return account(name);
  return path === undefined ? NO_LEAD : file(group, path);
}

const CREDENTIAL = /pass|pwd|secret|token|cred|dsn|url|uri/i;

function references({ first, container }: FaultGroup): readonly PodReference[] {
  const { pod } = first.pod;
  return podReferences(pod.spec, pod.metadata.namespace).filter(
    ({ container: of, volume }) => of === container || volume !== undefined,
  );
}

/** The Secrets that its credentials come from. */
function credentials(group: FaultGroup): Lead {
  const secrets = references(group).filter(
    ({ target, use, key = '', variable: into = '' }) =>
      target.kind === 'Secret' && (use === 'envFrom' || (use === 'env' && CREDENTIAL.test(`${key} ${into}`))),
  );
  if (secrets.length === 0) return NO_LEAD;
  const named = [...new Set(secrets.map((reference) => nameOf(reference)))];
  return {
    notes: [
      `Container "${group.container}" takes its credentials from ${named.join(', ')}: compare them with what the server has.`,
      ...editNotes(group, secrets),
    ],
    because: becauseOf(secrets.map(({ target }) => target)),
  };
}

function nameOf({ target, key }: PodReference): string {
  return `${formatRef(target)}${key === undefined ? '' : ` (key ${key})`}`;
}

/** Where the variable should come from. */
function variable(group: FaultGroup, setting: string): Lead {
  const entry = group.first.state.container.env?.find(({ name }) => name === setting);
  const all = references(group).filter(({ container }) => container === group.container);
  const own = all.filter(({ use, variable: into }) => use === 'env' && into === setting);
  if (own.length > 0) {
    const [from] = own;
    const optional = from?.optional === true ? ', and may be absent there (optional: true)' : '';
    return {
      notes: [
        `Variable ${setting} comes from ${own.map((reference) => nameOf(reference)).join(', ')}${optional}.`,
        ...own.flatMap((reference) => lackNotes(group, reference)),
        ...editNotes(group, own),
      ],
      because: becauseOf(own.map(({ target }) => target)),
    };
  }
  if (entry !== undefined)
    return { notes: [`The spec sets variable ${setting}${entry.value ? '' : ' to nothing'}.`], because: [] };
  const whole = all.filter(({ use }) => use === 'envFrom');
  const names = whole.map(({ target }) => formatRef(target));
  const from = names.length === 0 ? '' : ` by itself; ${names.join(', ')} may lack the key`;
  return {
    notes: [
      `Nothing in the spec of container "${group.container}" sets variable ${setting}${from}.`,
      ...editNotes(group, whole),
    ],
    because: becauseOf(whole.map(({ target }) => target)),
  };
}

function account(name: string): Lead {
  const [, , namespace, serviceAccount = ''] = name.split(':');
  return { notes: [], because: becauseOf([ref('ServiceAccount', namespace, serviceAccount)]) };
}

/** The volume that a path is on, and what fills it. */
function file(group: FaultGroup, path: string): Lead {
  const { pod } = group.first.pod;
  const mount = mountOf(group.first.state.container, path);
  if (mount === undefined) {
    return { notes: [`${path} is on no volume, so it is in the container's own file system.`], because: [] };
  }
  const claim = (pod.spec.volumes ?? []).find(({ name }) => name === mount.name)?.persistentVolumeClaim?.claimName;
  const filled = references(group).filter(
    ({ volume, target }) => volume === mount.name && target.kind !== 'PersistentVolumeClaim',
  );
  const names = [...new Set(filled.map(({ target }) => formatRef(target)))];
  const of = claim === undefined ? names.join(', ') : `PersistentVolumeClaim ${claim}`;
  const readOnly = mount.readOnly === true ? ', mounted read-only' : '';
  const targets =
    claim === undefined
      ? filled.map(({ target }) => target)
      : [ref('PersistentVolumeClaim', pod.metadata.namespace, claim)];
  return {
    notes: [
      `${path} is on volume ${mount.name}${of === '' ? '' : ` (${of})`}${readOnly}.`,
      ...editNotes(group, filled),
    ],
    because: becauseOf(targets),
  };
}

function mountOf(container: Container, path: string): NonNullable<Container['volumeMounts']>[number] | undefined {
  return (container.volumeMounts ?? [])
    .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];
}

/** An optional reference keeps no pod from its start: what is not there is missed by the program itself. */
function lackNotes({ snapshot }: FaultGroup, { target, key }: PodReference): readonly string[] {
  if (snapshot.lookup(target).state === 'absent') return [`${formatRef(target)} does not exist.`];
  if (key === undefined || (target.kind !== 'Secret' && target.kind !== 'ConfigMap')) return [];
  const object = presentObject(snapshot, target);
  const keys = object !== undefined && 'dataKeys' in object ? object.dataKeys : undefined;
  return Array.isArray(keys) && !keys.includes(key) ? [`${formatRef(target)} has no key ${key}.`] : [];
}

/** How a fault of configuration or of a volume reaches a program: its own rule says which of these it breaks. */
const WAYS = ['container-config', 'dependency', 'volume', 'container-exit'] as const;

function becauseOf(targets: readonly ResourceRef[]): readonly Because[] {
  const unique = new Map(targets.map((target) => [formatRef(target), target]));
  return [...unique.values()].flatMap((target) => WAYS.map((mechanism) => ({ ref: target, mechanism })));
}

const RECENT = 3_600_000;

/** Content that was changed in the hour before the program started. */
function editNotes({ snapshot, first }: FaultGroup, used: readonly PodReference[]): readonly string[] {
  const names = new Set(used.map(({ target }) => formatRef(target)));
  const started = Date.parse(first.state.terminated?.startedAt ?? first.state.status?.state?.running?.startedAt ?? '');
  const notes = configEdits(snapshot)
    .filter(
      ({ pod, target }) =>
        pod.ref.name === first.pod.ref.name &&
        pod.ref.namespace === first.pod.ref.namespace &&
        names.has(formatRef(target)),
    )
    .flatMap(({ target, editedAt, editor }) => {
      const before = started - Date.parse(editedAt);
      return before >= 0 && before <= RECENT
        ? [
            `${formatRef(target)} was changed by ${editor} at ${editedAt}, ${span(before)} before this start of the program.`,
          ]
        : [];
    });
  return [...new Set(notes)];
}
