import { podReferences } from '@kroot/graph';
import { formatRef, type Container, type Volume } from '@kroot/types';
import { type CrashTrouble } from '../messages/crash-words.ts';
import { type FaultGroup } from './container-fault.ts';

/** What a program was refused or ran out of, and which object that leads to. */
export interface Trouble {
  /** Completes "crashes: …". */
  readonly words: string;
  readonly notes: readonly string[];
}

const WORDS: Readonly<Record<CrashTrouble, string>> = {
  'access-denied': 'its credentials are refused',
  'too-many-connections': 'the server that it depends on takes no more connections',
  'read-only': 'it cannot write to a read-only file system',
  'no-space': 'no space is left where it writes',
  'permission-denied': 'it may not use a file',
};

/** The trouble that the last words of a group's container tell; undefined where they tell none. */
export function troubleOf({ first, container }: FaultGroup): Trouble | undefined {
  const { trouble, path } = first.crash ?? {};
  if (trouble === undefined) return undefined;
  const where = path === undefined ? '' : ` (${path})`;
  const { pod } = first.pod;
  const notes =
    trouble === 'access-denied'
      ? credentials(pod.spec, pod.metadata.namespace, container)
      : path === undefined
        ? []
        : volumeOf(first.state.container, pod.spec.volumes ?? [], path);
  return { words: `${WORDS[trouble]}${where}`, notes };
}

const CREDENTIAL = /pass|pwd|secret|token|cred|dsn|url|uri/i;

/** The Secrets that its credentials come from. */
function credentials(
  spec: FaultGroup['first']['pod']['pod']['spec'],
  namespace: string | undefined,
  container: string,
): readonly string[] {
  const secrets = podReferences(spec, namespace).filter(
    ({ target, container: of, use, key }) =>
      target.kind === 'Secret' &&
      of === container &&
      (use === 'envFrom' || (use === 'env' && CREDENTIAL.test(key ?? ''))),
  );
  const named = [
    ...new Set(secrets.map(({ target, key }) => `${formatRef(target)}${key === undefined ? '' : ` (key ${key})`}`)),
  ];
  return named.length === 0
    ? []
    : [
        `Container "${container}" takes its credentials from ${named.join(', ')}: compare them with what the server has.`,
      ];
}

/** The volume that a path is on. */
function volumeOf(container: Container, volumes: readonly Volume[], path: string): readonly string[] {
  const mounts = (container.volumeMounts ?? [])
    .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length);
  const [mount] = mounts;
  if (mount === undefined) return [`${path} is on no volume, so it is in the container's own file system.`];
  const claim = volumes.find(({ name }) => name === mount.name)?.persistentVolumeClaim?.claimName;
  const readOnly = mount.readOnly === true ? ', mounted read-only' : '';
  return [
    `${path} is on volume ${mount.name}${claim === undefined ? '' : ` (PersistentVolumeClaim ${claim})`}${readOnly}.`,
  ];
}
