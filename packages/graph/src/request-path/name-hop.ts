import { formatRef, type Pod, type PodSpec } from '@kroot/types';
import { clusterDns, type ClusterDns } from '../cluster-dns.ts';
import { serviceEndpoints } from '../endpoints.ts';
import { engineFor } from '../network-policy/connections.ts';
import { podEnd, type End } from '../network-policy/ends.ts';
import { explainFlow, type FlowExplanation } from '../network-policy/flow-explanation.ts';
import { parseAddress } from '../network-policy/ip.ts';
import { directionVerdict } from '../network-policy/policy-verdict.ts';
import { type PolicyChange } from '../network-policy/smallest-change.ts';
import { type Answer } from '../network-policy/verdict.ts';
import { refOf } from '../refs.ts';
import { inShort, pathHop, type PathHop, type World } from './path-hop.ts';
import { distinctChanges, sideWords } from './policy-hops.ts';

/** NodeLocal DNSCache answers here. https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/ */
const NODE_LOCAL = '169.254.20.10';
const MAX_PODS = 5;

/** Whether a pod can find out the address behind a name: whom it asks, and whether policies let it. */
export function nameHop(world: World, pod: Pod, host: string, isService: boolean): PathHop {
  const at = host;
  if ((pod.spec.hostAliases ?? []).some(({ hostnames = [] }) => hostnames.includes(host)))
    return pathHop('name', at, 'ok', 'spec.hostAliases has it');
  const resolver = resolverOf(pod.spec);
  if (resolver === 'cluster') return askCluster(world, pod, at);
  const who = resolver === 'node' ? 'the resolver of their node' : 'the servers of spec.dnsConfig';
  const why = `the pods ask ${who} (dnsPolicy ${pod.spec.dnsPolicy ?? 'ClusterFirst'}${pod.spec.hostNetwork === true ? ', hostNetwork' : ''})`;
  if (resolver === 'own' && asksCluster(world, pod.spec)) return askCluster(world, pod, at);
  if (!isService) return pathHop('name', at, 'unknown', `${why}, which kroot does not see`);
  return resolver === 'node'
    ? pathHop('name', at, 'broken', `${why}, which does not know names of Services`)
    : pathHop('name', at, 'unknown', `${why}, which may not know names of Services`);
}

/** https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy */
function resolverOf({ dnsPolicy = 'ClusterFirst', hostNetwork }: PodSpec): 'cluster' | 'node' | 'own' {
  if (dnsPolicy === 'None') return 'own';
  if (dnsPolicy === 'ClusterFirstWithHostNet') return 'cluster';
  return dnsPolicy === 'ClusterFirst' && hostNetwork !== true ? 'cluster' : 'node';
}

function asksCluster({ snapshot }: World, { dnsConfig }: PodSpec): boolean {
  const { addresses } = clusterDns(snapshot);
  return (dnsConfig?.nameservers ?? []).some((address) => addresses.includes(address));
}

function askCluster(world: World, pod: Pod, at: string): PathHop {
  const dns = clusterDns(world.snapshot);
  if (dns.state === 'absent') return pathHop('name', at, 'broken', 'the cluster has no Service for DNS');
  const dead = deadService(world, dns);
  if (dead !== undefined) return pathHop('name', at, 'broken', `no endpoint of ${dead} is ready`);
  const udp = answerBy(world, pod, dns, 'UDP');
  if (udp.answer !== 'yes') {
    const state = udp.answer === 'no' ? 'broken' : 'unknown';
    return { hop: 'name', at, state, detail: `DNS by UDP: ${udp.words}`, changes: udp.changes };
  }
  const tcp = answerBy(world, pod, dns, 'TCP');
  return tcp.answer === 'no'
    ? pathHop('name', at, 'ok', `${udp.words}; but not by TCP, so answers that are too large for UDP get lost`)
    : pathHop('name', at, 'ok', udp.words);
}

function deadService({ snapshot }: World, { services }: ClusterDns): string | undefined {
  const all = services.map((service) => ({ service, ...serviceEndpoints(snapshot, service) }));
  const isDead = all.length > 0 && all.every(({ complete, ready }) => complete && ready.length === 0);
  return isDead ? inShort(all.map(({ service }) => formatRef(refOf(service)))) : undefined;
}

interface Reply {
  readonly answer: Answer;
  readonly words: string;
  readonly changes: readonly PolicyChange[];
}

function answerBy(world: World, pod: Pod, dns: ClusterDns, protocol: string): Reply {
  const byPods = dns.pods.length === 0 ? byPort(world, pod, dns, protocol) : byDnsPods(world, pod, dns, protocol);
  const toAddress = (text: string): Answer => addressAnswer(world, pod, text, protocol);
  if (dns.nodeLocal === 'present') {
    if (toAddress(NODE_LOCAL) === 'yes')
      return { answer: 'yes', words: `NodeLocal DNSCache answers at ${NODE_LOCAL}`, changes: [] };
    if (byPods.answer !== 'no') {
      const words = `NodeLocal DNSCache answers on the network of the node, and no rule names ${NODE_LOCAL}: network plugins differ`;
      return { answer: 'unknown', words, changes: [] };
    }
  }
  const named = byPods.answer === 'no' ? dns.addresses.find((text) => toAddress(text) === 'yes') : undefined;
  if (named === undefined) return byPods;
  const words = `a rule lets out to ${named}, which only network plugins see that ask before its translation`;
  return { answer: 'unknown', words, changes: [] };
}

function byDnsPods({ snapshot, closedWorld }: World, from: Pod, dns: ClusterDns, protocol: string): Reply {
  const found: FlowExplanation[] = [];
  for (const { port } of dns.ports.filter((each) => each.protocol === protocol)) {
    for (const to of dns.pods.slice(0, MAX_PODS)) {
      const question = { from: { end: from }, to: { end: to }, port: { port, protocol } };
      found.push(explainFlow(snapshot, question, { closedWorld }));
    }
  }
  const best =
    found.find(({ answer }) => answer === 'yes') ?? found.find(({ answer }) => answer === 'unknown') ?? found[0];
  if (best === undefined) return { answer: 'unknown', words: `DNS has no port for ${protocol}`, changes: [] };
  const side = best.sides.find(({ answer }) => answer === best.answer && answer !== 'yes') ?? best.sides[0];
  const words = best.answer === 'yes' ? `${inShort(dns.services.map((each) => formatRef(refOf(each))))} answers` : '';
  return {
    answer: best.answer,
    words: words === '' ? sideWords(side, best) : words,
    changes: distinctChanges(best.changes),
  };
}

/** What is left to ask where DNS is not in the input: whether anybody can be reached on its port. */
function byPort(world: World, pod: Pod, dns: ClusterDns, protocol: string): Reply {
  const anybody: End = { type: 'anybody', text: 'anybody' };
  const port = dns.ports.find((each) => each.protocol === protocol)?.port ?? 53;
  const answer = egressAnswer(world, pod, anybody, port, protocol);
  const what = `${protocol} ${port}`;
  if (answer === 'no') return { answer, words: `no rule lets ${what} out to anybody`, changes: [] };
  // Policies are not in the way, but who would answer is not known.
  const words = `policies let ${what} out; the DNS of the cluster is not in the input`;
  return { answer: 'unknown', words, changes: [] };
}

function addressAnswer(world: World, pod: Pod, text: string, protocol: string): Answer {
  const address = parseAddress(text);
  if (address === undefined) return 'unknown';
  return egressAnswer(world, pod, { type: 'address', address, text }, 53, protocol);
}

function egressAnswer({ snapshot, closedWorld }: World, pod: Pod, to: End, port: number, protocol: string): Answer {
  const from = podEnd(pod);
  const wanted = { port, protocol, destination: to };
  return directionVerdict(engineFor(snapshot, closedWorld), 'Egress', from, to, wanted).allowed;
}
