/** Why the kubelet evicted a pod. */
export type Eviction =
  | {
      readonly kind: 'node';
      /** memory, ephemeral-storage, inodes, nodefsInodes, pids. */
      readonly resource: string;
      /** The container that took the most beyond its request, with the amounts in the kubelet's words. */
      readonly container?: string;
      readonly usage?: string;
      readonly request?: string;
      readonly threshold?: string;
      readonly available?: string;
    }
  | { readonly kind: 'container-limit'; readonly container: string; readonly limit: string }
  | { readonly kind: 'pod-limit'; readonly limit: string }
  | { readonly kind: 'empty-dir'; readonly volume: string; readonly limit: string };

/**
 * Reads status.message of a pod with reason Evicted; undefined for other texts.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/eviction/helpers.go
 */
export function readEviction(message: string): Eviction | undefined {
  const text = message.slice(0, 8192);
  const volume = /Usage of EmptyDir volume "([^"]{1,253})" exceeds the limit "([^"]{1,40})"/.exec(text);
  if (volume !== null) return { kind: 'empty-dir', volume: volume[1] ?? '', limit: volume[2] ?? '' };
  const container = /Container (\S{1,63}) exceeded its local ephemeral storage limit "([^"]{1,40})"/.exec(text);
  if (container !== null) return { kind: 'container-limit', container: container[1] ?? '', limit: container[2] ?? '' };
  const pod = /Pod ephemeral local storage usage exceeds the total limit of containers (\S{1,40}?)\.(?:\s|$)/.exec(
    text,
  );
  if (pod !== null) return { kind: 'pod-limit', limit: pod[1] ?? '' };
  const low = /The node was low on resource: ([A-Za-z0-9./-]{1,80}?)\.(?:\s|$)/.exec(text);
  return low === null ? undefined : { kind: 'node', resource: low[1] ?? '', ...amounts(text), ...greediest(text) };
}

function amounts(text: string): { readonly threshold?: string; readonly available?: string } {
  const found = /Threshold quantity: ([^,\s]{1,40}), available: ([^\s,]{1,40}?)\.(?:\s|$)/.exec(text);
  return found === null ? {} : { threshold: found[1] ?? '', available: found[2] ?? '' };
}

function greediest(text: string): { readonly container?: string; readonly usage?: string; readonly request?: string } {
  const found =
    /Container (\S{1,63}) was using ([^,\s]{1,40}), (?:request is|which exceeds its request of) ([^,\s]{1,40}?)(?:,|\.(?:\s|$))/.exec(
      text,
    );
  return found === null ? {} : { container: found[1] ?? '', usage: found[2] ?? '', request: found[3] ?? '' };
}
