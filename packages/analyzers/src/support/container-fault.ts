import { labelValue, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type AnalyzerContext,
  type AnalyzerDocs,
  type Because,
  type Container,
  type Evidence,
  type Finding,
  type Fix,
  type Mechanism,
  type ResourceRef,
  type Severity,
  type Snapshot,
} from '@kroot/types';
import { claims, type Claim, type ClaimRule } from './claims.ts';
import { fromContainer, fromEvent, fromSpec } from './evidence.ts';
import { groupPods, sinceOf } from './group-pods.ts';
import { injectedBy } from './injected-faults.ts';
import { inWords } from './kubectl.ts';
import { logAid } from './log-aid.ts';
import { optional } from './optional.ts';
import { revisionNote, revisionOf, type Revision } from './revision.ts';
import { isInjected, templateContainer, type TemplateContainer } from './template-container.ts';

/** Containers of one workload that one rule claims for the same reason. */
export interface FaultGroup {
  readonly snapshot: Snapshot;
  readonly owner: ResourceRef;
  readonly container: string;
  /** `container "api" of Deployment prod/api`. */
  readonly words: string;
  /** The claim that stands for all. */
  readonly first: Claim;
  readonly pods: readonly PodState[];
  /** The container in the owner's template, where it is there. */
  readonly place?: TemplateContainer;
  /** Something added the container at admission. */
  readonly injected: boolean;
  readonly revision?: Revision;
}

/** What a rule says about a group. */
export interface Told {
  readonly message: string;
  readonly cause: string;
  readonly fixes: readonly Fix[];
  readonly notes?: readonly string[];
  readonly confidence?: number;
  readonly severity?: Severity;
  readonly evidence?: readonly Evidence[];
  readonly because?: readonly Because[];
  readonly detail?: Finding['detail'];
}

/** The fixed part of such a rule. */
export interface ContainerFaultMeta {
  readonly id: ClaimRule;
  readonly title: string;
  readonly severity?: Severity;
  readonly breaks: readonly Mechanism[];
  readonly waitsFor?: readonly Mechanism[];
  readonly reads?: readonly string[];
  readonly docs: AnalyzerDocs;
}

/** Makes the analyzer of one class of held-up containers: the classes are dealt out in claims.ts, a rule only tells. */
export function containerFault(about: ContainerFaultMeta, tell: (group: FaultGroup) => Told): Analyzer {
  const { severity = 'critical', reads = [], ...rest } = about;
  return {
    meta: {
      ...rest,
      role: 'fault',
      severity,
      reads: [
        'Pod',
        'Event',
        'Node',
        'ReplicaSet',
        'Deployment',
        'StatefulSet',
        'DaemonSet',
        'Job',
        'CronJob',
        ...reads,
      ],
    },
    *analyze(context) {
      for (const group of faultGroups(context, about.id)) yield finding(about, group, tell(group));
    },
  };
}

function* faultGroups(context: AnalyzerContext, rule: ClaimRule): Iterable<FaultGroup> {
  const { snapshot } = context;
  const claimed = claims(snapshot).get(rule) ?? [];
  const byContainer = new Map(claimed.map((claim) => [keyOf(claim.pod, claim.state.name), claim]));
  const entries = claimed.map(({ pod, state }) => ({ pod, container: state.name, key: '' }));
  for (const { owner, container, pods } of groupPods(context, entries)) {
    const first = strongest(pods.map((pod) => byContainer.get(keyOf(pod, container))));
    if (first === undefined) continue;
    const place = templateContainer(snapshot, owner, container);
    const revision = revisionOf(snapshot, owner, pods, container);
    yield {
      snapshot,
      owner,
      container,
      words: `container "${container}" of ${inWords(owner)}`,
      first,
      pods,
      injected: isInjected(snapshot, owner, first.pod.pod, container),
      ...(place === undefined ? {} : { place }),
      ...(revision === undefined ? {} : { revision }),
    };
  }
}

function keyOf(pod: PodState, container: string): string {
  return `${refKey(pod.ref)}\n${container}`;
}

/** The first claim that quotes somebody, else the first. */
function strongest(found: readonly (Claim | undefined)[]): Claim | undefined {
  const known = found.filter((claim) => claim !== undefined);
  return known.find((claim) => claim.text !== undefined && claim.text !== '') ?? known[0];
}

function finding(about: ContainerFaultMeta, group: FaultGroup, told: Told): Finding {
  const aid = logAid(group);
  const aidNotes = aid === undefined ? [] : [aid.note, ...aid.notes];
  const notes = [...aidNotes, ...(told.notes ?? []), ...commonNotes(group)];
  return {
    rule: about.id,
    subject: group.owner,
    discriminator: group.container,
    severity: told.severity ?? about.severity ?? 'critical',
    confidence: told.confidence ?? CONFIDENCE.stated,
    ...optional('since', sinceOf(group.pods)),
    message: told.message,
    cause: told.cause,
    ...optional('detail', told.detail),
    evidence: evidenceOf(group, told.evidence ?? []),
    ...optional(
      'because',
      injectedBy(group.snapshot, group.first.pod.ref, group.container) ?? joined(told.because, aid?.because),
    ),
    affects: affectedBy(about, group),
    fixes: aid === undefined ? told.fixes : [...aid.fixes, ...told.fixes],
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function joined(told: Finding['because'], aid: Finding['because']): Finding['because'] {
  const all = [...(told ?? []), ...(aid ?? [])];
  return all.length === 0 ? undefined : all;
}

/**
 * Between two kills a pod is ready and has no symptom of its own, while its workload is short of available pods all the
 * same: then the workload suffers directly.
 */
function affectedBy({ breaks }: ContainerFaultMeta, { owner, pods }: FaultGroup): readonly ResourceRef[] {
  const refs = pods.map(({ ref }) => ref);
  return breaks.includes('availability') && owner.kind !== 'Pod' ? [...refs, owner] : refs;
}

function evidenceOf({ first }: FaultGroup, more: readonly Evidence[]): readonly Evidence[] {
  const { event, pod, state, text } = first;
  const said = event === undefined ? [] : [fromEvent(event, pod.ref)];
  const last = state.terminated?.message;
  const words: readonly Evidence[] =
    last === undefined || last === '' || last !== text || state.message === undefined
      ? []
      : [
          {
            source: 'status',
            ref: pod.ref,
            path: `status.${state.role === 'app' ? 'containerStatuses' : 'initContainerStatuses'}[${state.name}].lastState.terminated.message`,
            quote: last,
          },
        ];
  const shown = [...said, ...words, ...fromLog(first), ...more];
  const status = fromContainer(pod.ref, state);
  const says = state.reason !== undefined || state.terminated !== undefined;
  return (says || shown.length === 0 ? [...shown, status] : shown).slice(0, 5);
}

const LOG_LINES = 3;

/** The end of the log, oldest line first: the last lines, or those around the one that tells, which frames may follow. */
function fromLog({ pod, state, log, logLine }: Claim): readonly Evidence[] {
  if (log === undefined) return [];
  const path = `logs[${state.name}]${log.previous ? ' --previous' : ''}`;
  const last = log.lines.length - LOG_LINES;
  const from = Math.max(0, Math.min(last, (logLine ?? last) - 1));
  return [{ source: 'log', ref: pod.ref, path, quote: log.lines.slice(from, from + LOG_LINES).join(' | ') }];
}

function commonNotes({ owner, container, injected, revision, pods, first }: FaultGroup): readonly string[] {
  const notes: string[] = [];
  if (revision !== undefined && (revision.previousServes || revision.changed.length > 0)) {
    notes.push(revisionNote(owner, revision));
  }
  if (injected) {
    notes.push(
      `Container "${container}" is not in the template of ${inWords(owner)}: something injects it at admission, and that is where its settings come from.`,
    );
  }
  if (labelValue(first.pod.pod.metadata.annotations, 'kubernetes.io/config.mirror') !== undefined) {
    notes.push(
      `${inWords(first.pod.ref)} is a static pod: its manifest is a file on node ${first.pod.pod.spec.nodeName ?? ''}, and only a change there counts.`,
    );
  }
  const wanting = pods.filter(({ pod }) => pod.metadata.ownerReferences === undefined);
  if (wanting.length > 0 && owner.kind === 'Pod') {
    notes.push(`${inWords(first.pod.ref)} has no controller: a changed pod must be created again by hand.`);
  }
  return notes;
}

/**
 * The field of a container as evidence: where a user edits it, if the template has the same value, else in the pod
 * (something at admission changed it, or there is no template).
 */
export function containerField(group: FaultGroup, field: string, value: unknown): Evidence {
  const quote = typeof value === 'string' ? value : JSON.stringify(value);
  const { place } = group;
  const same =
    place !== undefined && JSON.stringify(fieldOf(place.container, field.split('.'))) === JSON.stringify(value);
  return same
    ? fromSpec(group.owner, `${place.path}.${field}`, quote)
    : fromSpec(group.first.pod.ref, `${group.first.state.path}.${field}`, quote);
}

/** A field of a container by its path; undefined where a step is missing. */
export function fieldOf(container: Container, steps: readonly string[]): unknown {
  let value: unknown = container;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}
