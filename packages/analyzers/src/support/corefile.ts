import { nearNames } from '@kroot/graph';

/** What is wrong with a Corefile: the line, and the words of the mistake. */
export interface CorefileProblem {
  /** From 1. */
  readonly line: number;
  readonly words: string;
}

/** Plugins that CoreDNS is built with (plugin.cfg of the releases), and `import`, which its parser knows itself. */
const PLUGINS: ReadonlySet<string> = new Set(
  `acl any auto autopath azure bind bufsize cache cancel chaos clouddns debug dns64 dnssec dnstap erratic errors etcd file
  forward geoip grpc grpc_server header health hosts https https3 import k8s_external kubernetes loadbalance local log loop
  metadata metrics minimal multisocket nomad nsid on pprof prometheus quic ready reload rewrite root route53 secondary sign
  template timeouts tls trace transfer tsig view whoami`.split(/\s+/),
);

/** Gone since CoreDNS 1.5 and 1.7: old Corefiles still hold them. */
const REMOVED: ReadonlyMap<string, string> = new Map([
  ['proxy', 'forward'],
  ['federation', 'kubernetes'],
]);

const MAX_LENGTH = 65_536;

/**
 * The first thing in a Corefile that CoreDNS cannot start with: a plugin that it does not have and that is spelled almost like
 * one, or braces that do not match. A name that is like no plugin may be one of a custom build.
 * https://coredns.io/manual/configuration/
 */
export function corefileProblem(text: string): CorefileProblem | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  let depth = 0;
  let opened = 0;
  for (const [i, raw] of text.split('\n').entries()) {
    const line = i + 1;
    const tokens = raw
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    const [first = ''] = tokens;
    if (first === '') continue;
    if (depth === 1 && first !== '}') {
      const words = pluginProblem(first);
      if (words !== undefined) return { line, words };
    }
    for (const token of tokens) {
      if (token === '{') {
        depth += 1;
        opened = line;
      } else if (token === '}') depth -= 1;
    }
    if (depth < 0) return { line, words: 'a closing brace has no opening one' };
  }
  return depth === 0 ? undefined : { line: opened, words: 'an opening brace is never closed' };
}

function pluginProblem(name: string): string | undefined {
  if (PLUGINS.has(name)) return undefined;
  const successor = REMOVED.get(name);
  if (successor !== undefined) return `"${name}" is no plugin any more; "${successor}" has taken its place`;
  const [near] = nearNames(name, PLUGINS, 1);
  return near === undefined ? undefined : `"${name}" is no plugin; "${near}" is`;
}
