import { refOf, type PodState, type Stage } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerMeta,
  type Condition,
  type Finding,
  type Node,
  type Severity,
  type Snapshot,
} from '@kroot/types';
import { mountFailure } from '../messages/mount.ts';
import { sandboxFailure } from '../messages/sandbox.ts';
import { computed, fromCondition } from './evidence.ts';
import { inWords } from './kubectl.ts';
import { optional } from './optional.ts';
import { ownersOfPods, podsOnNode, refsOfPods } from './pods-on-node.ts';
import { drainFix, lookAtNode } from './unhealthy-finding.ts';
import { unhealthyNodes } from './unhealthy-nodes.ts';
import { counted, inline, listed } from './words.ts';

/** A rule on conditions that something other than the kubelet sets on nodes. */
export interface ConditionRule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly docs: AnalyzerMeta['docs'];
  readonly isBad: (condition: Condition) => boolean;
  readonly steps: readonly string[];
}

/** Stages at which the node does the work. */
const NODE_STAGES: ReadonlySet<Stage> = new Set(['sandbox', 'volumes', 'starting', 'create']);

/** Makes the analyzer of such conditions, one finding for each node and condition. */
export function conditionRule(about: ConditionRule): Analyzer {
  const { id, title, severity, docs, isBad } = about;
  return {
    meta: {
      id,
      title,
      role: 'fault',
      severity,
      reads: ['Node', 'Pod', 'Event'],
      breaks: ['sandbox', 'volume', 'container-start'],
      docs,
    },
    *analyze({ snapshot }) {
      const silent = new Set(
        unhealthyNodes(snapshot)
          .filter(({ kind }) => kind === 'unreachable')
          .map(({ ref }) => ref.name),
      );
      for (const node of snapshot.list('Node')) {
        if (silent.has(node.metadata.name)) continue;
        for (const condition of node.status?.conditions ?? []) {
          if (isBad(condition)) yield finding(about, snapshot, node, condition);
        }
      }
    },
  };
}

function finding(about: ConditionRule, snapshot: Snapshot, node: Node, condition: Condition): Finding {
  const subject = refOf(node);
  const { name } = subject;
  const { type, status, reason = '', message = '' } = condition;
  const held = podsOnNode(snapshot, name).filter((state) => isHeldByNode(state));
  const owners = ownersOfPods(snapshot, held).map((owner) => inWords(owner));
  const words = message === '' ? reason : message;
  return {
    rule: about.id,
    subject,
    discriminator: type,
    severity: held.length > 0 ? 'critical' : about.severity,
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: `Node ${name} reports ${type}=${status}${words === '' ? '' : `: ${inline(words, 160)}`}`,
    cause: `What watches the machine of ${name} has set ${type} to ${status}${reason === '' ? '' : ` (${reason})`}${message === '' ? '' : `: "${inline(message)}"`}.`,
    detail: { node: name, condition: type, pods: held.length },
    evidence: [
      fromCondition(subject, condition),
      ...(held.length === 0
        ? []
        : [computed(subject, `${counted(held.length, 'pod')} held up on it, of ${listed(owners, 4)}`)]),
    ],
    affects: refsOfPods(held),
    fixes: [lookAtNode(name, `Look into ${type} on ${name}`, about.steps), drainFix(name)],
  };
}

/** Held up at a stage that is the node's work, and by nothing that has a rule of its own. */
function isHeldByNode({ blocked, stage, event }: PodState): boolean {
  if (!blocked || !NODE_STAGES.has(stage)) return false;
  const message = event?.message ?? '';
  if (stage === 'sandbox') return sandboxFailure(message).kind === 'other';
  return stage !== 'volumes' || mountFailure(message) === undefined;
}
