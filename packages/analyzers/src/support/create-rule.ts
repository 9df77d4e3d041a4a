import {
  compareRefs,
  CONFIDENCE,
  refKey,
  type Analyzer,
  type AnalyzerDocs,
  type AnalyzerMeta,
  type Because,
  type Evidence,
  type Finding,
  type Fix,
  type Mechanism,
  type ResourceRef,
  type Severity,
  type Snapshot,
} from '@kroot/types';
import { type CreateFailure } from '../messages/create-failure.ts';
import { type RefusedController } from './create-failures.ts';
import { createGroups, type CreateGroup, type CreateRule } from './create-groups.ts';
import { inWords } from './kubectl.ts';
import { optional } from './optional.ts';
import { doing, listed } from './words.ts';

/** What a rule says about one group of refused controllers. */
export interface CreateText {
  readonly message: string;
  readonly cause: string;
  readonly fixes: readonly Fix[];
  readonly notes?: readonly string[];
  /** Told after the machine's words. */
  readonly evidence?: readonly Evidence[];
  readonly confidence?: number;
  readonly severity?: Severity;
  readonly because?: readonly Because[];
  /** Narrows what the rule waits for. */
  readonly waitsFor?: readonly Mechanism[];
}

/** The part of an admission rule that differs from the others. */
export interface CreateRuleSpec {
  readonly id: CreateRule;
  readonly title: string;
  readonly reads?: readonly string[];
  readonly breaks?: readonly Mechanism[];
  readonly waitsFor?: readonly Mechanism[];
  readonly docs: Omit<AnalyzerDocs, 'silent'> & { readonly silent?: string };
  readonly describe: (group: CreateGroup, snapshot: Snapshot) => CreateText;
}

const CONTROLLERS = [
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
  'Deployment',
  'Pod',
  'Event',
];
const SILENT =
  'When the controller has all the pods that it wants, waits for an earlier pod of an ordered StatefulSet, is suspended or being deleted, and when a later creation went through: then the refusal is history.';

/** Makes an analyzer of the refused creations that belong to one rule; which do is decided in one place for all rules. */
export function createRule({
  id,
  title,
  reads = [],
  breaks = ['pod-creation'],
  waitsFor,
  docs,
  describe,
}: CreateRuleSpec): Analyzer {
  const meta: AnalyzerMeta = {
    id,
    title,
    role: 'fault',
    severity: 'critical',
    reads: [...CONTROLLERS, ...reads],
    breaks,
    ...optional('waitsFor', waitsFor),
    docs: { ...docs, silent: docs.silent ?? SILENT },
  };
  return {
    meta,
    *analyze({ snapshot }) {
      for (const group of createGroups(snapshot)) {
        if (group.rule === id) yield finding(id, group, describe(group, snapshot));
      }
    },
  };
}

function finding(rule: CreateRule, group: CreateGroup, text: CreateText): Finding {
  const [first] = group.refused;
  const since = group.refused
    .map((refused) => refused.since ?? '')
    .filter((time) => time !== '')
    .toSorted()[0];
  return {
    rule,
    subject: group.subject,
    ...optional('discriminator', group.discriminator),
    severity: text.severity ?? 'critical',
    confidence: text.confidence ?? CONFIDENCE.stated,
    ...optional('since', since),
    message: text.message,
    cause: text.cause,
    evidence: [...first.evidence, ...(text.evidence ?? [])],
    ...optional('because', text.because),
    ...optional('waitsFor', text.waitsFor),
    affects: affected(group),
    fixes: text.fixes,
    ...(text.notes === undefined || text.notes.length === 0 ? {} : { notes: text.notes }),
  };
}

/** The controllers that are refused and the workloads above them. */
function affected({ refused }: CreateGroup): readonly ResourceRef[] {
  const refs = new Map(
    refused.flatMap(({ controller, owner }) => [controller, owner]).map((target) => [refKey(target), target]),
  );
  return [...refs.values()].toSorted(compareRefs);
}

/** The workloads that are refused their pods, in words. */
export function refusedOwners({ refused }: CreateGroup): string {
  return listed([...new Set(refused.map(({ owner }) => inWords(owner)))].toSorted());
}

/** The failure of a group's first controller, if its words are of one cause. */
export function failureOf<C extends CreateFailure['cause']>(
  { failure }: RefusedController,
  cause: C,
): (CreateFailure & { readonly cause: C }) | undefined {
  return failure !== undefined && isCause(failure, cause) ? failure : undefined;
}

function isCause<C extends CreateFailure['cause']>(
  failure: CreateFailure,
  cause: C,
): failure is CreateFailure & { readonly cause: C } {
  return failure.cause === cause;
}

/** The workloads that are refused their pods and what they do, as the beginning of a sentence. */
export function refusedDo({ refused }: CreateGroup, one: string, many: string): string {
  return doing([...new Set(refused.map(({ owner }) => inWords(owner)))].toSorted(), one, many);
}

/** When refused controllers try again, for the steps of a fix. */
export const TRIES_AGAIN =
  'The controllers try again by themselves, at the latest after 17 minutes; `kubectl rollout restart` or a change of scale makes them try at once.';
