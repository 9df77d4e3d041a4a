import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerMeta,
  type Evidence,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { type RejectionRule } from '../messages/rejection.ts';
import { fromSpec } from './evidence.ts';
import { sinceOf } from './group-pods.ts';
import { inWords } from './kubectl.ts';
import { optional } from './optional.ts';
import { refsOfPods } from './pods-on-node.ts';
import { rejectedPods, type RejectedGroup } from './rejected-pods.ts';
import { counted, doing, inline } from './words.ts';

/** What a rule says about pods that kubelets refuse. */
export interface RejectionStory {
  /** What is wrong, if not the workload. */
  readonly subject?: ResourceRef;
  readonly discriminator?: string;
  readonly message: string;
  /** Ends the sentence `The kubelet of w1 refused 3 pods of Deployment prod/api (Reason): "words"`. */
  readonly why?: string;
  readonly evidence?: readonly Evidence[];
  readonly fixes: readonly Fix[];
  readonly notes?: readonly string[];
}

type Words = Pick<AnalyzerMeta, 'title'> & Pick<AnalyzerMeta['docs'], 'means' | 'decides'>;

const PREDICATE = 'https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/lifecycle/predicate.go';

/** Makes a rule over the pods that kubelets refuse for one reason, and whose place is still empty. */
export function rejectionRule(
  id: RejectionRule,
  words: Words & { readonly silent?: string; readonly references?: readonly string[] },
  tell: (group: RejectedGroup, snapshot: Snapshot) => RejectionStory,
): Analyzer {
  const { title, references = [], silent = REPLACED, ...docs } = words;
  return {
    meta: {
      id,
      title,
      role: 'fault',
      severity: 'critical',
      reads: ['Pod', 'Node', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicaSet'],
      breaks: ['node-admission', 'availability'],
      docs: { ...docs, silent, references: [...references, PREDICATE] },
    },
    *analyze({ snapshot }) {
      for (const group of rejectedPods(snapshot, id)) yield rejectionFinding(id, group, tell(group, snapshot));
    },
  };
}

const REPLACED =
  'When the controller has put other pods in the place of the refused ones: what is left of them is clutter.';

/** The finding that all rules about refused pods make. */
export function rejectionFinding(rule: RejectionRule, group: RejectedGroup, story: RejectionStory): Finding {
  const { owner, pods, rejection } = group;
  const [{ ref: first, pod }] = pods;
  const { notes = [] } = story;
  return {
    rule,
    subject: story.subject ?? owner,
    ...optional('discriminator', story.discriminator ?? (rejection.about === '' ? undefined : rejection.about)),
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', sinceOf(pods)),
    message: story.message,
    cause: `${refusedWords(group)}${story.why === undefined ? '' : `; ${story.why}`}.`,
    detail: { pods: pods.length, nodes: group.nodes },
    evidence: [
      { ...fromSpec(first, 'status.message', `${group.reason}: ${pod.status?.message ?? ''}`), source: 'status' },
      ...(story.evidence ?? []),
    ],
    // Refused pods have ended and show no symptom: the workload itself is what lacks them.
    affects: [...(owner.kind === 'Pod' ? [] : [owner]), ...refsOfPods(pods)],
    fixes: story.fixes,
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** `The kubelet of w1 refused 3 pods of Deployment prod/api (SysctlForbidden): "…"`. */
function refusedWords({ owner, pods, nodes, reason, rejection }: RejectedGroup): string {
  const words = rejection.words === '' ? '' : `: "${inline(rejection.words)}"`;
  const who = owner.kind === 'Pod' ? inWords(owner) : `${counted(pods.length, 'pod')} of ${inWords(owner)}`;
  return `The ${nodes.length === 1 ? 'kubelet' : 'kubelets'} of ${doing(nodes, 'refused', 'refused')} ${who} (${reason})${words}`;
}
