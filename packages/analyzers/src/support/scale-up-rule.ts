import { eventTime } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerMeta,
  type Evidence,
  type Finding,
  type Fix,
  type Snapshot,
} from '@kroot/types';
import { computed, fromEvent } from './evidence.ts';
import { sinceOf } from './group-pods.ts';
import { optional } from './optional.ts';
import { podsInWords } from './pods-in-words.ts';
import { scaleUpFaults, type ScaleUpFault, type ScaleUpRule } from './scale-up-faults.ts';
import { inline } from './words.ts';

/** What a rule says of an autoscaler that does not bring a node. */
export interface ScaleUpStory {
  /** Completes `…, and 3 pods of Deployment prod/api wait for a node`. */
  readonly message: string;
  /** Completes the sentence that begins with the autoscaler's words. */
  readonly cause: string;
  readonly evidence?: readonly Evidence[];
  readonly fixes: readonly Fix[];
  readonly notes?: readonly string[];
}

/** The cluster autoscaler speaks by events alone. */
const SCALER_READS: readonly string[] = ['Pod', 'Node', 'Event'];

/** Makes a rule over the pods that wait for an autoscaler in vain. */
export function scaleUpRule(
  id: ScaleUpRule,
  about: Pick<AnalyzerMeta, 'title' | 'docs'> & { readonly reads?: readonly string[] },
  tell: (fault: ScaleUpFault, snapshot: Snapshot) => ScaleUpStory,
): Analyzer {
  const { title, docs, reads = SCALER_READS } = about;
  return {
    meta: { id, title, role: 'fault', severity: 'critical', reads, breaks: ['scaling', 'scheduling'], docs },
    *analyze({ snapshot }) {
      for (const fault of scaleUpFaults(snapshot))
        if (fault.rule === id) yield finding(id, fault, tell(fault, snapshot));
    },
  };
}

function finding(rule: ScaleUpRule, fault: ScaleUpFault, story: ScaleUpStory): Finding {
  const { subject, pods, event } = fault;
  const waiting = podsInWords(pods);
  const words = event?.message === undefined ? '' : `: "${inline(event.message)}"`;
  const { notes = [] } = story;
  return {
    rule,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional(
      'since',
      sinceOf(pods.map(({ state }) => state)) ?? (event === undefined ? undefined : eventTime(event)),
    ),
    message: `${story.message}, and ${waiting} ${pods.length === 1 ? 'waits' : 'wait'} for a node`,
    cause: `${story.cause}${words}.`,
    detail: { pods: pods.length },
    evidence: [
      ...(event === undefined ? [] : [fromEvent(event)]),
      ...(story.evidence ?? []),
      ...pods[0].evidence.slice(0, 1),
      computed(subject, `${waiting} would be placed on one more node`),
    ],
    affects: pods.map(({ state }) => state.ref),
    fixes: story.fixes,
    ...(notes.length === 0 ? {} : { notes }),
  };
}
