/** What the kubelet gives as the reason that its node is not ready. */
export type NotReadyKind = 'shutdown' | 'runtime' | 'pleg' | 'cni' | 'kubelet';

/**
 * Reads the message of Ready=False (reason KubeletNotReady). The kubelet joins several errors in brackets; a runtime that
 * is down also shows as a late PLEG, and both may hide the network's state, so the order matters.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/runtime.go (runtimeErrors, networkErrors)
 */
export function notReadyKind(message: string): NotReadyKind {
  const text = message.slice(0, 8192);
  if (/node is shutting down/.test(text)) return 'shutdown';
  if (
    /container runtime is down|container runtime status check may not have completed yet|RuntimeReady=false|container runtime not ready/.test(
      text,
    )
  )
    return 'runtime';
  if (/PLEG is not healthy|pleg has yet to be successful/.test(text)) return 'pleg';
  if (/NetworkReady=false|NetworkPluginNotReady|cni plugin not initialized|cni config uninitialized/.test(text))
    return 'cni';
  return 'kubelet';
}

/** Whether a machine's words say that the socket of the container runtime does not answer. */
export function saysRuntimeSocketDown(message: string): boolean {
  return /dial unix \S{1,200}(?:containerd|crio|cri-dockerd|dockershim|docker)\S{0,40}\.sock: connect: (?:no such file or directory|connection refused)/.test(
    message.slice(0, 8192),
  );
}
