import { saysRuntimeSocketDown } from './node-not-ready.ts';

/** Why a sandbox could not be made. */
type SandboxKind = 'runtime' | 'image' | 'handler' | 'addresses' | 'cni' | 'user-namespace' | 'other';

/** What a FailedCreatePodSandBox message says. */
export interface SandboxFailure {
  readonly kind: SandboxKind;
  /** The CNI plugin that failed, by its type. */
  readonly plugin?: string;
  /** The range that has no address left. */
  readonly range?: string;
  /** The image that every sandbox starts from and that the node cannot get. */
  readonly image?: string;
  /** The handler of a RuntimeClass that the node's runtime does not know. */
  readonly handler?: string;
}

const ADDRESSES =
  /no IP addresses available in range set|failed to assign an IP address to container|no available IP|no more IPs|Insufficient ?(?:Free)?(?:IP|CidrBlocks|FreeAddressesInSubnet)|IP pool .{0,80}exhausted|failed to allocate for range \d/i;
const CNI =
  /failed to set ?up (?:sandbox container|network for sandbox|pod)|networkPlugin cni failed|cni plugin not initialized|failed to find (?:network )?plugin|plugin type="|no networks found in \/|\/run\/flannel\/subnet\.env|cni config|CNI request failed|network: /i;

/** https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/userns/userns_manager.go */
const USER_NAMESPACE = /does not support user namespaces|hostUsers[:=] ?false/;

/** containerd's internal/cri/server/podsandbox and CRI-O's server/sandbox_run.go. */
const IMAGE =
  /failed to get sandbox image "([^"\s]{1,300})"|(?:initializing|pulling|pull) pause image "?([^"\s:]{1,260}(?::[\w.-]{1,128})?)/;
/** containerd's internal/cri/config and CRI-O's pkg/config. */
const HANDLER =
  /no runtime for "([^"\s]{1,128})" is configured|failed to find runtime handler (\S{1,128}) from runtime list|RuntimeHandler "([^"\s]{1,128})" not supported/;

/** Reads the message of a FailedCreatePodSandBox event. */
export function sandboxFailure(message: string): SandboxFailure {
  const text = message.slice(0, 8192);
  if (saysRuntimeSocketDown(text)) return { kind: 'runtime' };
  const image = IMAGE.exec(text);
  if (image !== null) return { kind: 'image', image: image[1] ?? image[2] ?? '' };
  const handler = HANDLER.exec(text);
  if (handler !== null) return { kind: 'handler', handler: handler[1] ?? handler[2] ?? handler[3] ?? '' };
  const plugin = pluginOf(text);
  const named = plugin === undefined ? {} : { plugin };
  if (ADDRESSES.test(text)) {
    const range = /no IP addresses available in range set: ([0-9A-Fa-f.:]{2,45}-[0-9A-Fa-f.:]{2,45})/.exec(text)?.[1];
    return { kind: 'addresses', ...named, ...(range === undefined ? {} : { range }) };
  }
  if (CNI.test(text)) return { kind: 'cni', ...named };
  return { kind: USER_NAMESPACE.test(text) ? 'user-namespace' : 'other' };
}

/** What the plugin or runtime itself says, without ids and the kubelet's words around it. */
export function sandboxWords(message: string): string {
  const text = message.slice(0, 8192);
  const own =
    /for sandbox "[0-9a-f]{1,128}": ([^]+)/.exec(text) ?? /rpc error: code = \w{1,40} desc = ([^]+)/.exec(text);
  return own?.[1] ?? text;
}

function pluginOf(text: string): string | undefined {
  const found =
    /plugin type="([A-Za-z0-9._-]{1,80})"/.exec(text) ??
    /failed to find (?:network )?plugin "([A-Za-z0-9._-]{1,80})"/.exec(text) ??
    /\/run\/(flannel)\/subnet\.env/.exec(text) ??
    /\/var\/lib\/(calico)\//.exec(text) ??
    /unix \S{0,60}\/(cilium)\//.exec(text);
  return found?.[1];
}
