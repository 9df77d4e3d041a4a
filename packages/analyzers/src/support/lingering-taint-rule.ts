import { isControlPlane, refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerMeta,
  type Because,
  type Evidence,
  type Finding,
  type Fix,
  type Node,
  type Snapshot,
  type Taint,
} from '@kroot/types';
import { agentOfTaint, type TaintAgent } from './agent-of-taint.ts';
import { computed, fromSpec } from './evidence.ts';
import { keptOutBy } from './kept-out.ts';
import { inWords, kubectl, kubectlName } from './kubectl.ts';
import { optional } from './optional.ts';
import { ownersOfPods, refsOfPods } from './pods-on-node.ts';
import { taintWords } from './scheduling-rule.ts';
import { unhealthyNodes } from './unhealthy-nodes.ts';
import { counted, listed, span } from './words.ts';

/** A new node is given so long before its agents must be ready. */
const GRACE = 300_000;

/** A rule on taints of new nodes that a controller or agent should have taken away. */
export interface LingeringTaint {
  readonly id: string;
  readonly docs: AnalyzerMeta['docs'];
  readonly title: string;
  readonly isMeant: (key: string) => boolean;
  /** Who takes it away, where no workload of the cluster bears the name. */
  readonly remover: string;
  /** Completes `… takes it from a node once …`. */
  readonly when: string;
  readonly steps: readonly string[];
  /** Something beside that workload that can be at fault. */
  readonly because?: (snapshot: Snapshot) => readonly Because[];
}

/** Makes the analyzer of one sort of such taints. */
export function lingeringTaintRule(about: LingeringTaint): Analyzer {
  const { id, title, docs, isMeant } = about;
  return {
    meta: {
      id,
      title,
      role: 'fault',
      severity: 'critical',
      reads: ['Node', 'Pod', 'DaemonSet', 'Deployment', 'Event'],
      breaks: ['scheduling'],
      waitsFor: ['availability'],
      docs,
    },
    *analyze({ snapshot, now }) {
      const unhealthy = new Set(unhealthyNodes(snapshot).map(({ ref }) => ref.name));
      for (const node of snapshot.list('Node')) {
        if (unhealthy.has(node.metadata.name)) continue;
        for (const taint of node.spec?.taints ?? []) {
          if (isMeant(taint.key) && ageOf(node, taint, now) >= GRACE) yield finding(about, snapshot, node, taint);
        }
      }
    },
  };
}

function ageOf({ metadata }: Node, { timeAdded }: Taint, now: number): number {
  return now - (timeOf(timeAdded) ?? timeOf(metadata.creationTimestamp) ?? now);
}

function finding(about: LingeringTaint, snapshot: Snapshot, node: Node, taint: Taint): Finding {
  const subject = refOf(node);
  const { name } = subject;
  const words = taintWords({ ...taint, value: taint.value ?? '' });
  const pods = keptOutBy(snapshot, name, new Set([taint.key])).map(({ pod }) => pod);
  const agent = agentOfTaint(snapshot, name, taint.key);
  const since = taint.timeAdded ?? node.metadata.creationTimestamp;
  const owners = ownersOfPods(snapshot, pods).map((owner) => inWords(owner));
  const keeps = pods.length === 0 ? '' : ` and keeps ${counted(pods.length, 'pod')} of ${listed(owners)} pending`;
  return {
    rule: about.id,
    subject,
    discriminator: taint.key,
    severity: pods.length > 0 ? 'critical' : 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', since),
    message: `Node ${name} still has taint ${words}${keeps}`,
    cause: `${agentWords(agent, about.remover)} takes ${taint.key} from a node once ${about.when}, and ${name} has it for ${span(ageOf(node, taint, snapshot.now.getTime()))}.`,
    detail: { node: name, taint: taint.key, pods: pods.length },
    evidence: [fromSpec(subject, 'spec.taints', words), ...agentEvidence(agent, name)],
    ...causes(agent, about.because?.(snapshot) ?? []),
    affects: refsOfPods(pods),
    fixes: fixes(about, agent, { node, taint: `${taint.key}:${taint.effect}` }),
  };
}

/** An agent that is well does not explain the taint. */
function causes(agent: TaintAgent | undefined, others: readonly Because[]): Pick<Finding, 'because' | 'waitsFor'> {
  const down = agent?.isDown === true ? [{ ref: agent.workload.ref, mechanism: 'availability' as const }] : [];
  const because = [...down, ...others];
  return because.length === 0 ? { waitsFor: [] } : { because };
}

function agentWords(agent: TaintAgent | undefined, remover: string): string {
  return agent === undefined ? remover : inWords(agent.workload.ref);
}

function agentEvidence(agent: TaintAgent | undefined, node: string): readonly Evidence[] {
  if (agent === undefined) return [];
  const { workload, pod, isDown } = agent;
  if (pod !== undefined) return [computed(pod.ref, `its pod on ${node} is ${isDown ? 'not ready' : 'ready'}`)];
  const where = workload.ref.kind === 'DaemonSet' ? `it has no pod on ${node}, and ` : '';
  return [computed(workload.ref, `${where}${isDown ? 'no pod of it is ready' : 'it has ready pods'}`)];
}

function fixes(
  { steps }: LingeringTaint,
  agent: TaintAgent | undefined,
  { node, taint }: { readonly node: Node; readonly taint: string },
): readonly Fix[] {
  const { name } = node.metadata;
  const target = agent?.workload.ref;
  const look: Fix = {
    summary: target === undefined ? `Find out what should take the taint from ${name}` : `Repair ${inWords(target)}`,
    steps,
    commands: [
      ...(target === undefined ? [] : [kubectl(target.namespace, 'describe', kubectlName(target))]),
      ...(agent?.pod === undefined
        ? [kubectl(undefined, 'describe', `node/${name}`)]
        : [kubectl(agent.pod.ref.namespace, 'logs', agent.pod.ref.name, '--all-containers', '--tail=50')]),
    ],
    effect: 'none',
    where: 'cluster',
  };
  const remove: Fix = {
    summary: `Take the taint from ${name} by hand, only if its work is done there`,
    steps: ['Pods that come before the agent is ready may get no network, no volumes or no addresses.'],
    commands: [kubectl(undefined, 'taint', 'node', name, `${taint}-`)],
    effect: 'change',
    where: 'cluster',
  };
  return isControlPlane(node) ? [look] : [look, remove];
}
