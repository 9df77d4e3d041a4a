import {
  compareRefs,
  CONFIDENCE,
  refKey,
  type Analyzer,
  type AnalyzerMeta,
  type Evidence,
  type Fix,
  type Finding,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { groupBy, topOwner } from '@kroot/graph';
import { configRefusal, type ConfigRefusal } from '../messages/missing-config.ts';
import { configWords, type ConfigWords } from './config-words.ts';
import { sinceOf } from './group-pods.ts';
import { optional } from './optional.ts';
import { refsOfPods } from './pods-on-node.ts';

/** A container that the kubelet refuses to configure, once per workload. */
export interface Refused {
  readonly owner: ResourceRef;
  readonly container: string;
  readonly refusal: ConfigRefusal;
  readonly first: ConfigWords;
}

/** What a rule says about one refused container. */
export interface RefusedText {
  readonly message: string;
  readonly cause: string;
  readonly evidence: readonly Evidence[];
  readonly fixes: readonly Fix[];
  readonly notes?: readonly string[];
}

/** Makes an analyzer of the containers that the kubelet refuses for one reason. */
export function refusalRule(
  meta: Pick<AnalyzerMeta, 'id' | 'title' | 'docs'>,
  what: ConfigRefusal['what'],
  describe: (refused: Refused, snapshot: Snapshot) => RefusedText,
): Analyzer {
  return {
    meta: {
      ...meta,
      role: 'fault',
      severity: 'critical',
      reads: ['Pod', 'Event'],
      breaks: ['container-config', 'container-start'],
    },
    *analyze({ snapshot }) {
      const refused = configWords(snapshot).filter(({ words }) => configRefusal(words)?.what === what);
      const groups = groupBy(refused, ({ pod, state }) => `${refKey(topOwner(snapshot, pod.pod))}\n${state.name}`);
      const findings = [...groups.values()].flatMap((group) => finding(meta.id, group, snapshot, describe));
      yield* findings.toSorted((a, b) => compareRefs(a.subject, b.subject));
    },
  };
}

function finding(
  rule: string,
  group: readonly ConfigWords[],
  snapshot: Snapshot,
  describe: (refused: Refused, snapshot: Snapshot) => RefusedText,
): readonly Finding[] {
  const [first] = group;
  const refusal = configRefusal(first?.words);
  if (first === undefined || refusal === undefined) return [];
  const owner = topOwner(snapshot, first.pod.pod);
  const pods = group.map(({ pod }) => pod);
  const text = describe({ owner, container: first.state.name, refusal, first }, snapshot);
  return [
    {
      rule,
      subject: owner,
      discriminator: first.state.name,
      severity: 'critical',
      confidence: CONFIDENCE.stated,
      ...optional('since', sinceOf(pods)),
      message: text.message,
      cause: text.cause,
      evidence: [...first.evidence, ...text.evidence],
      affects: refsOfPods(pods),
      fixes: text.fixes,
      ...(text.notes === undefined || text.notes.length === 0 ? {} : { notes: text.notes }),
    },
  ];
}
