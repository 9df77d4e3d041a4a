import { podsOf, podState, refOf, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerDocs,
  type DaemonSet,
  type Finding,
  type Mechanism,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { clients, sufferers, waitingPods } from './clients.ts';
import { fromContainer, fromSpec } from './evidence.ts';
import { sinceOf } from './group-pods.ts';
import { inWords, kubectl, kubectlName } from './kubectl.ts';
import { optional } from './optional.ts';
import { counted, listed } from './words.ts';

/** A DaemonSet that serves all pods of its node, and what they miss without it. */
interface NodeDaemonRule {
  readonly id: string;
  readonly title: string;
  readonly breaks: readonly Mechanism[];
  readonly docs: AnalyzerDocs;
  readonly isIt: (set: DaemonSet) => boolean;
  /** Whether something else does its work, so that an empty DaemonSet harms nobody. */
  readonly isReplaced: (snapshot: Snapshot) => boolean;
  /** What does not work on a node without it. */
  readonly harm: string;
}

/** Makes the analyzer of one kind of such DaemonSets. */
export function nodeDaemonRule(rule: NodeDaemonRule): Analyzer {
  const { id, title, breaks, docs } = rule;
  return {
    meta: {
      id,
      title,
      role: 'fault',
      severity: 'critical',
      reads: ['DaemonSet', 'Pod', 'Node', 'Deployment', 'StatefulSet', 'ReplicaSet'],
      breaks,
      waitsFor: ['availability'],
      docs,
    },
    *analyze({ snapshot }) {
      for (const set of snapshot.list('DaemonSet')) {
        if (!rule.isIt(set) || set.metadata.deletionTimestamp !== undefined) continue;
        const down = podsOf(snapshot, refOf(set))
          .map((pod) => podState(snapshot, pod))
          .filter(({ blocked, stage }) => blocked && stage !== 'node-lost');
        if (down.length > 0) yield failing(rule, snapshot, set, down);
        else if (wantsNone(snapshot, set) && !rule.isReplaced(snapshot)) yield unwanted(rule, snapshot, set);
      }
    },
  };
}

/** No node is meant although there are nodes: somebody put a selector on it that no node has. */
function wantsNone(snapshot: Snapshot, { status, spec }: DaemonSet): boolean {
  const selects = Object.keys(spec.template.spec.nodeSelector ?? {}).length > 0;
  return status?.desiredNumberScheduled === 0 && selects && snapshot.list('Node').length > 0;
}

function failing(rule: NodeDaemonRule, snapshot: Snapshot, set: DaemonSet, down: readonly PodState[]): Finding {
  const subject = refOf(set);
  const nodes = [...new Set(down.map(({ pod }) => pod.spec.nodeName ?? ''))].filter((name) => name !== '').toSorted();
  const where = nodes.length === 0 ? 'any node' : listed(nodes);
  const [first] = down;
  return {
    rule: rule.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', sinceOf(down)),
    message: `${inWords(subject)} does not work on ${where}: ${rule.harm}`,
    cause: `${counted(down.length, 'pod')} of ${inWords(subject)} ${down.length === 1 ? 'is' : 'are'} held up on ${where}, so ${rule.harm} there.`,
    evidence: down
      .slice(0, 3)
      .flatMap(({ ref, culprit }) => (culprit === undefined ? [] : [fromContainer(ref, culprit)]))
      .concat(fromSpec(subject, 'status', statusWords(set))),
    because: [subject, ...(first === undefined ? [] : [first.ref])].map((ref) => ({ ref, mechanism: 'availability' })),
    affects: victims(snapshot, new Set(nodes), subject),
    fixes: [
      {
        summary: `Bring the pods of ${inWords(subject)} back`,
        steps: ['Repair what holds them up; everything on these nodes works again as soon as they run.'],
        commands: [
          kubectl(subject.namespace, 'describe', kubectlName(subject)),
          ...(first === undefined ? [] : [kubectl(subject.namespace, 'logs', first.ref.name, '--tail=50')]),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}

function unwanted(rule: NodeDaemonRule, snapshot: Snapshot, set: DaemonSet): Finding {
  const subject = refOf(set);
  const selector = Object.entries(set.spec.template.spec.nodeSelector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
  const nodes = snapshot.list('Node').map(({ metadata }) => metadata.name);
  return {
    rule: rule.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} runs on no node: ${rule.harm}`,
    cause: `${inWords(subject)} asks for nodes with ${selector}, which none of the ${counted(nodes.length, 'node')} has, so ${rule.harm}.`,
    evidence: [
      fromSpec(subject, 'spec.template.spec.nodeSelector', selector),
      fromSpec(subject, 'status', statusWords(set)),
    ],
    waitsFor: [],
    // Where another rule tells why no node is meant, that is the cause.
    because: [{ ref: subject, mechanism: 'availability' }],
    affects: victims(snapshot, new Set(nodes), subject),
    fixes: [
      {
        summary: `Correct the nodeSelector of ${inWords(subject)}`,
        steps: [`Take ${selector} out of spec.template.spec.nodeSelector, or label the nodes that are meant.`],
        commands: [
          kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml'),
          kubectl(undefined, 'get', 'nodes', '--show-labels'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}

function statusWords({ status }: DaemonSet): string {
  return `desiredNumberScheduled ${status?.desiredNumberScheduled ?? 0}, numberReady ${status?.numberReady ?? 0}`;
}

/** Programs on these nodes that are held up where one that reaches nobody is. */
function victims(snapshot: Snapshot, nodes: ReadonlySet<string>, own: ResourceRef): readonly ResourceRef[] {
  const waiting = clients(snapshot)
    .filter(({ ref }) => ref.name !== own.name || ref.namespace !== own.namespace)
    .map((client) => ({
      client,
      pods: waitingPods(client).filter(
        ({ pod }) => nodes.has(pod.spec.nodeName ?? '') && pod.spec.hostNetwork !== true,
      ),
    }));
  return sufferers(waiting);
}
