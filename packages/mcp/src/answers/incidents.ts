import {
  compareStrings,
  formatRef,
  type Diagnosis,
  type Report,
  type ResourceRef,
  type Unexplained,
} from '@kroot/types';
import { type z } from 'zod';
import { type incidentShape, type seenShape } from '../schemas.ts';
import { type World } from '../sources/world.ts';

/** What stands in lists of incidents. */
export type Incident = z.input<typeof incidentShape>;

/** A root cause or an unexplained symptom of a report. */
export type Told =
  | { readonly id: string; readonly diagnosis: Diagnosis }
  | { readonly id: string; readonly unexplained: Unexplained };

/**
 * All incidents of a report, in the order of repair, then the unexplained ones, then those that somebody has suppressed: whoever asks
 * why something does not work has to hear of them too.
 */
export function incidentsOf({ diagnoses, suppressed, suppressedSymptoms = [], unexplained }: Report): readonly Told[] {
  return [
    ...diagnoses.map((diagnosis) => ({ id: diagnosis.id, diagnosis })),
    ...unexplained.map((one) => ({ id: idOf(one), unexplained: one })),
    ...suppressed.map((diagnosis) => ({ id: diagnosis.id, diagnosis })),
    ...suppressedSymptoms.map((one) => ({ id: idOf(one), unexplained: one })),
  ];
}

/** An incident in short. */
export function inShort(told: Told): Incident {
  if ('unexplained' in told) return unexplainedInShort(told.unexplained);
  const { id, rule, severity, confidence, rootCause, message, effect, since } = told.diagnosis;
  return {
    id,
    kind: 'root-cause',
    rule,
    severity,
    confidence,
    root_cause_resource: formatRef(rootCause),
    message,
    effect,
    ...(since !== undefined && { since }),
    affected: affectedCounts(told.diagnosis),
    ...suppressedFor(told.diagnosis),
  };
}

/** A symptom of which no cause was found, in short. */
export function unexplainedInShort(one: Unexplained): Incident {
  const { rule, severity, resource, message, since, count } = one;
  return {
    id: idOf(one),
    kind: 'unexplained',
    rule,
    severity,
    root_cause_resource: formatRef(resource),
    message,
    effect: 'no cause was found',
    ...(since !== undefined && { since }),
    affected: { pods: resource.kind === 'Pod' ? count : 0, workloads: 0, services: 0, ingresses: 0, others: 0 },
    ...suppressedFor(one),
  };
}

function suppressedFor({ suppressedBy }: Pick<Diagnosis, 'suppressedBy'>): Pick<Incident, 'suppressed'> {
  return suppressedBy === undefined ? {} : { suppressed: suppressedBy.reason };
}

/** Symptoms have no fingerprint: what names them stays as long as they do. */
function idOf({ rule, resource }: Unexplained): string {
  return `${rule}:${formatRef(resource)}`;
}

function affectedCounts({ impact }: Diagnosis): Incident['affected'] {
  const { pods, services, deployments, statefulSets, daemonSets, jobs, ingresses, others } = impact;
  return {
    pods: pods.length,
    workloads: deployments.length + statefulSets.length + daemonSets.length + jobs.length,
    services: services.length,
    ingresses: ingresses.length,
    others: others.length,
  };
}

/** What an incident affects: `3 pods`, `1 services`; nothing of what it does not. */
export function affectedWords(affected: Incident['affected']): readonly string[] {
  return Object.entries(affected).flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name}`]));
}

/** The line of an incident: everything to decide whether to ask further, ISO times, full references, its id. */
export function incidentLine(incident: Incident): string {
  const {
    id,
    kind,
    rule,
    severity,
    root_cause_resource: resource,
    message,
    effect,
    since,
    affected,
    suppressed,
  } = incident;
  const hit = affectedWords(affected);
  return [
    `${kind === 'unexplained' ? 'UNEXPLAINED' : 'INCIDENT'} ${severity} ${rule} ${resource}: ${message}`,
    ...(effect === '' ? [] : [effect]),
    ...(hit.length === 0 ? [] : [`affects ${hit.join(', ')}`]),
    ...(since === undefined ? [] : [`since ${since}`]),
    ...(suppressed === undefined ? [] : [`suppressed: ${suppressed}`]),
    `id=${id}`,
  ].join('; ');
}

/** Everything that an incident names, for filters. */
export function refsOf(told: Told): readonly ResourceRef[] {
  if ('unexplained' in told) return [told.unexplained.resource];
  const { rootCause, resource, symptoms, impact } = told.diagnosis;
  const { score: _score, weight: _weight, risk: _risk, ...lists } = impact;
  return [rootCause, resource, ...symptoms.map((symptom) => symptom.resource), ...Object.values(lists).flat()];
}

/** What a report rests on. */
export function seen({ name }: Pick<World, 'name'>, report: Report): z.input<typeof seenShape> {
  const kinds = [...new Set(report.coverage.gaps.map(({ kind }) => kind))].toSorted(compareStrings);
  return {
    source: name,
    cluster: report.source.name,
    as_of: report.now,
    complete: report.coverage.complete && report.failures.length === 0,
    blind_spots: [...kinds.slice(0, 12), ...(kinds.length > 12 ? [`and ${kinds.length - 12} more`] : [])],
  };
}

/** The same as words for the end of an answer; nothing where everything was seen. */
export function blindLines({ complete, blind_spots: kinds }: z.input<typeof seenShape>): readonly string[] {
  if (complete) return [];
  return [
    `NOT EVERYTHING WAS SEEN (${kinds.join(', ')}): what is not reported there is unknown, not healthy; see coverage`,
  ];
}
