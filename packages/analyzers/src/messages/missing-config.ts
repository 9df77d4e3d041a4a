import { clip } from './clip.ts';

/** A Secret or ConfigMap, or a key of one, that the kubelet says is missing. */
export interface MissingConfig {
  readonly kind: 'Secret' | 'ConfigMap';
  /** Absent where the message names only the volume. */
  readonly name?: string;
  readonly key?: string;
  /** The volume that could not be set up, for mount errors. */
  readonly volume?: string;
}

function kindOf(word: string | undefined): MissingConfig['kind'] {
  return word?.toLowerCase().startsWith('secret') === true ? 'Secret' : 'ConfigMap';
}

/**
 * What the message of CreateContainerConfigError says is missing. Time-outs of the kubelet's cache (`failed to sync
 * secret cache`, `object … not registered`) come and go when a kubelet starts, and name nothing missing.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables)
 */
export function missingInConfigError(text: string | undefined): MissingConfig | undefined {
  const words = clip(text);
  const object = /\b(secret|configmap)s? "([^"]{1,253})" not found/i.exec(words);
  if (object?.[2] !== undefined) return { kind: kindOf(object[1]), name: object[2] };
  const key = /couldn't find key (\S{1,253}) in (Secret|ConfigMap) \S{1,63}\/([^\s,;]{1,253})/.exec(words);
  return key?.[1] === undefined || key[3] === undefined
    ? undefined
    : { kind: kindOf(key[2]), name: key[3], key: key[1] };
}

/**
 * What a FailedMount event says is missing; a projected volume can lack several things at once.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/secret/secret.go (SetUpAt, MakePayload)
 */
export function missingInMountError(text: string | undefined): readonly MissingConfig[] {
  const words = clip(text);
  const volume = mountVolume(words);
  if (volume === undefined) return [];
  const objects = [...words.matchAll(/\b(secret|configmap)s? "([^"]{1,253})" not found/gi)].map((match) => ({
    kind: kindOf(match[1]),
    name: match[2] ?? '',
    volume,
  }));
  if (objects.length > 0) return objects;
  return [...words.matchAll(/references non-existent (secret|config) key: ([^\s,;\]]{1,253})/g)].map((match) => ({
    kind: kindOf(match[1]),
    key: match[2] ?? '',
    volume,
  }));
}

/** The volume that a mount error is about. */
export function mountVolume(text: string | undefined): string | undefined {
  return /MountVolume\.(?:SetUp|MountDevice|NewMounter initialization) failed for volume "([^"]{1,253})"/.exec(
    clip(text),
  )?.[1];
}

/** The user settings and subPaths that keep the kubelet from configuring a container. */
export type ConfigRefusal =
  | { readonly what: 'image-root' }
  | { readonly what: 'named-user'; readonly user: string }
  | { readonly what: 'user-zero' }
  | { readonly what: 'sub-path'; readonly volume: string };

/**
 * Reads the other messages of CreateContainerConfigError.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kuberuntime/security_context_others.go
 */
export function configRefusal(text: string | undefined): ConfigRefusal | undefined {
  const words = clip(text);
  if (/runAsNonRoot and image will run as root/.test(words)) return { what: 'image-root' };
  const named = /image has non-numeric user \(([^)]{0,200})\), cannot verify user is non-root/.exec(words);
  if (named !== null) return { what: 'named-user', user: named[1] ?? '' };
  if (/runAsUser breaks non-root policy/.test(words)) return { what: 'user-zero' };
  const subPath = /failed to (?:prepare|create) subPath (?:directory )?for volumeMount "([^"]{1,253})"/.exec(words);
  return subPath === null ? undefined : { what: 'sub-path', volume: subPath[1] ?? '' };
}
