/** What a FailedMount, FailedAttachVolume or FailedMapVolume message says. */
export type MountFailure =
  /** `volume` is the pod's volume, or the name of the PersistentVolume behind it. */
  | { readonly kind: 'driver-missing'; readonly driver: string; readonly volume?: string }
  | { readonly kind: 'multi-attach'; readonly volume: string; readonly pods: readonly string[] }
  | { readonly kind: 'attach'; readonly volume: string; readonly detail: string }
  | { readonly kind: 'host-path'; readonly volume?: string; readonly path: string; readonly wanted: string }
  | {
      readonly kind: 'filesystem';
      readonly volume: string;
      readonly problem: FilesystemProblem;
      readonly detail: string;
      /** Type that the mount command was given: nfs, ext4. */
      readonly type?: string;
    }
  /** The CSI driver for secrets of a store cannot get them; `missing`: its SecretProviderClass is not there. */
  | { readonly kind: 'secret-provider'; readonly volume?: string; readonly missing: boolean; readonly detail: string }
  /** A Secret, ConfigMap or key is not there. */
  | { readonly kind: 'reference'; readonly volume?: string }
  /** Volumes that are still missing after two minutes; the reason is in another event. */
  | { readonly kind: 'timeout'; readonly volumes: readonly string[] };

/** Why a file system cannot be mounted. */
export type FilesystemProblem = 'helper' | 'refused' | 'unreachable' | 'stale' | 'corrupt' | 'no-path' | 'other';

/** Reads such a message; undefined for words that are known to come and go, and for those that nothing is known about. */
export function mountFailure(message: string): MountFailure | undefined {
  const text = message.slice(0, 8192);
  const timeout = /Unable to attach or mount volumes: unmounted volumes=\[([^\]]{0,2000})\]/.exec(text);
  if (timeout !== null)
    return { kind: 'timeout', volumes: (timeout[1] ?? '').split(/[\s,]+/).filter((name) => name !== '') };
  const volume = /for volume "([^"]{1,253})"/.exec(text)?.[1];
  const driver =
    /driver name (\S{1,253}) not found in the list of registered CSI drivers/.exec(text) ??
    /CSINode \S{1,253} does not contain driver (\S{1,253})/.exec(text);
  if (driver !== null) return { kind: 'driver-missing', driver: driver[1] ?? '', ...named(volume) };
  return secretProviderFailure(text, volume) ?? attachFailure(text, volume) ?? mountWords(text, volume);
}

/** https://github.com/kubernetes-sigs/secrets-store-csi-driver/blob/main/pkg/secrets-store/nodeserver.go */
function secretProviderFailure(text: string, volume: string | undefined): MountFailure | undefined {
  const missing = /failed to get secretproviderclass [^\n]{1,600} not found/i.exec(text)?.[0];
  if (missing !== undefined) return { kind: 'secret-provider', missing: true, detail: missing, ...named(volume) };
  const detail = /failed to mount secrets store objects for pod \S{1,320}, err: ([^]{1,4000})/.exec(text)?.[1];
  return detail === undefined ? undefined : { kind: 'secret-provider', missing: false, detail, ...named(volume) };
}

function named(volume: string | undefined): { readonly volume?: string } {
  return volume === undefined ? {} : { volume };
}

function attachFailure(text: string, volume: string | undefined): MountFailure | undefined {
  if (volume === undefined) return undefined;
  if (/Multi-Attach error for volume/.test(text)) {
    const pods = /Volume is already used by pod\(s\) ([a-z0-9.,\s-]{1,2000})/.exec(text)?.[1] ?? '';
    return { kind: 'multi-attach', volume, pods: pods.split(/[\s,]+/).filter((name) => name !== '') };
  }
  const attach = /AttachVolume\.Attach failed for volume "[^"]{1,253}"\s?: ([^]{1,4000})/.exec(text);
  return attach === null ? undefined : { kind: 'attach', volume, detail: attach[1] ?? '' };
}

/** Words that come and go while the kubelet starts. */
const PASSING = /object "[^"]{1,253}"\/"[^"]{1,253}" not registered|failed to sync (?:secret|configmap) cache/;

function mountWords(text: string, volume: string | undefined): MountFailure | undefined {
  if (PASSING.test(text)) return undefined;
  const host = /hostPath type check failed: (\S{1,1024}) is not (?:an? )?([a-z ]{1,40})/.exec(text);
  if (host !== null) {
    return { kind: 'host-path', path: host[1] ?? '', wanted: (host[2] ?? '').trim(), ...named(volume) };
  }
  if (/(?:secret|configmap) "[^"]{1,253}" not found|references non-existent (?:secret|config) key/.test(text)) {
    return { kind: 'reference', ...named(volume) };
  }
  return volume === undefined ? undefined : filesystemFailure(text, volume);
}

function filesystemFailure(text: string, volume: string): MountFailure | undefined {
  const detail = /(?:MountVolume|MountDevice|MapVolume)[^]{0,300}?for volume "[^"]{1,253}"\s?: ([^]{1,6000})/.exec(
    text,
  )?.[1];
  const problem = filesystemProblem(detail ?? '');
  if (detail === undefined || problem === undefined) return undefined;
  const type = /Mounting arguments: (?:\S{1,200} ){0,4}?-t ([a-z0-9.]{1,20}) /.exec(text)?.[1];
  const real = problem === 'corrupt' && isNetwork(type) ? 'helper' : problem;
  return { kind: 'filesystem', volume, problem: real, detail, ...(type === undefined ? {} : { type }) };
}

/** A file system over the network has no superblock: older mount programs say so when its helper is missing. */
function isNetwork(type: string | undefined): boolean {
  return type !== undefined && /^(?:nfs4?|cifs|smb3|glusterfs|ceph)$/.test(type);
}

/** In order: the more specific words stand inside the general ones. */
const PROBLEMS: readonly (readonly [RegExp, FilesystemProblem])[] = [
  [
    /you might need a \/sbin\/mount\.<?[a-z]+>? helper program|\/sbin\/mount\.[a-z]+: not found|unknown filesystem type|executable file not found in \$PATH/,
    'helper',
  ],
  [
    /access denied by server|Permission denied|permission denied|reason given by server: No such file or directory|mounting \S{1,500} failed, reason given by server/,
    'refused',
  ],
  [
    /Connection timed out|Connection refused|No route to host|Network is unreachable|Host is down|Name or service not known|[Ff]ailed to resolve server/,
    'unreachable',
  ],
  [/Stale file handle|Transport endpoint is not connected/, 'stale'],
  [
    /wrong fs type, bad option, bad superblock|fsck' found errors|can't read superblock|Structure needs cleaning|already contains unknown data/,
    'corrupt',
  ],
  // A local volume: pkg/volume/local/local.go and pkg/volume/util/hostutil.
  [/^path "[^"]{1,1024}" does not exist|^stat \/\S{1,1024}: no such file or directory/, 'no-path'],
  [/exit status 32|mount failed/, 'other'],
];

function filesystemProblem(text: string): FilesystemProblem | undefined {
  return PROBLEMS.find(([words]) => words.test(text))?.[1];
}
