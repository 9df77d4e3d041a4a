import { refKey, type Mechanism, type ResourceRef, type Snapshot, type Unexplained } from '@kroot/types';
import { waitsForOf, type CausalLinks } from './causal-links.ts';
import { fingerprint } from './fingerprint.ts';
import { type RootCauses } from './root-causes.ts';
import { type RuleSeverities } from './rule-severities.ts';
import { type FindingNode } from './run-analyzers.ts';
import { worst } from './severity.ts';
import { topOwnerOf } from './top-owner-of.ts';

const LOOKED_FOR: Readonly<Partial<Record<Mechanism, string>>> = {
  scheduling: 'what keeps the pod from every node',
  'node-admission': 'why the node refuses the pod',
  volume: 'volumes, claims, Secrets and ConfigMaps that cannot be mounted',
  sandbox: 'the network plugin and runtime of the node',
  image: 'the image, its registry and pull secrets',
  'container-config': 'Secrets, ConfigMaps and keys that the container needs, and its user',
  'container-start': 'the command, hooks and mounts of the container',
  'container-exit': 'exit code, memory, probes and the Services that the container needs',
  readiness: 'probes, their ports, and the Services that the container needs',
  availability: 'the pods of the workload',
  'node-lost': 'the node',
  endpoints: 'the pods behind the Service',
  route: 'the Services behind the route',
  'pod-creation': 'quota, limits, PodSecurity, ServiceAccount and webhooks',
  provisioning: 'the storage class, its provisioner and matching volumes',
  dependency: 'the Services that the program talks to',
};

/**
 * Symptoms that no fault explains, the innermost ones only: a Deployment that is down because of a pod that nobody can
 * explain is not told twice. Folded by rule and top owner.
 */
export function unexplainedSymptoms(
  snapshot: Snapshot,
  nodes: readonly FindingNode[],
  {
    links,
    causes,
    severities,
  }: { readonly links: CausalLinks; readonly causes: RootCauses; readonly severities: RuleSeverities },
): readonly Unexplained[] {
  const open = nodes.filter(({ index, meta }) => meta.role === 'symptom' && causes.rootsOf[index]?.size === 0);
  const severity = new Map(open.map((node) => [node.index, node.finding.severity]));
  const inner = open.filter(({ index }) => (links.from[index] ?? []).length === 0);
  for (const node of open) spread(node, severity, links);
  const groups = new Map<string, Unexplained & { count: number }>();
  for (const node of inner) {
    const { finding } = node;
    const owner = ownerOf(snapshot, finding.subject);
    const key = `${finding.rule}\n${refKey(owner)}\n${finding.state ?? ''}`;
    const known = groups.get(key);
    if (known !== undefined) {
      known.count += 1;
      continue;
    }
    const said = severities.get(finding.rule);
    groups.set(key, {
      id: fingerprint(snapshot, finding),
      rule: finding.rule,
      resource: finding.subject,
      severity: said === undefined || said === 'off' ? (severity.get(node.index) ?? finding.severity) : said,
      message: finding.message,
      ...(finding.since === undefined ? {} : { since: finding.since }),
      count: 1,
      checked: waitsForOf(node).map((mechanism) => LOOKED_FOR[mechanism] ?? mechanism),
      evidence: finding.evidence,
    });
  }
  return [...groups.values()];
}

/** What depends on an unexplained symptom says how bad it is. */
function spread(node: FindingNode, severity: Map<number, Unexplained['severity']>, links: CausalLinks): void {
  const seen = new Set([node.index]);
  const queue = [node];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const { to } of links.from[next.index] ?? []) {
      if (seen.has(to.index)) continue;
      seen.add(to.index);
      severity.set(to.index, worst(severity.get(to.index) ?? 'info', node.finding.severity));
      queue.push(to);
    }
  }
}

function ownerOf(snapshot: Snapshot, ref: ResourceRef): ResourceRef {
  return ref.kind === 'Pod' ? topOwnerOf(snapshot, ref) : ref;
}
