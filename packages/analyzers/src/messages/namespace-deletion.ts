import { clip } from './clip.ts';

// https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/namespace/deletion/status_condition_utils.go
const GROUP_VERSION = /(?<![\w.@/:-])([a-z0-9](?:[a-z0-9.-]{0,252}))\/(v\d{1,3}(?:(?:alpha|beta)\d{1,3})?)(?![\w./-])/g;
const CONTENT = /([a-z0-9]{1,63})\.([a-z0-9.-]{0,253}) has (\d{1,9}) resource instances/g;
const FINALIZER = /([^\s,:]{1,317}) in (\d{1,9}) resource instances/g;

/** A group and version whose discovery failed. */
export interface FailedDiscovery {
  readonly group: string;
  readonly version: string;
}

/** The APIs that condition NamespaceDeletionDiscoveryFailure names, each once. */
export function parseFailedDiscovery(message: string): readonly FailedDiscovery[] {
  const found = new Map<string, FailedDiscovery>();
  for (const [text, group = '', version = ''] of clip(message).matchAll(GROUP_VERSION))
    found.set(text, { group, version });
  return [...found.values()];
}

/** Objects that are left in a namespace. */
export interface RemainingContent {
  /** Plural resource name. */
  readonly resource: string;
  /** '' for the core group, which leaves a trailing dot in the message. */
  readonly group: string;
  readonly count: number;
}

/** What condition NamespaceContentRemaining lists. */
export function parseRemainingContent(message: string): readonly RemainingContent[] {
  return [...clip(message).matchAll(CONTENT)].map(([, resource = '', group = '', count = '0']) => ({
    resource,
    group,
    count: Number(count),
  }));
}

/** What condition NamespaceFinalizersRemaining lists: finalizers and how many objects hold them. */
export function parseRemainingFinalizers(
  message: string,
): readonly { readonly finalizer: string; readonly count: number }[] {
  return [...clip(message).matchAll(FINALIZER)].map(([, finalizer = '', count = '0']) => ({
    finalizer,
    count: Number(count),
  }));
}
