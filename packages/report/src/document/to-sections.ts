import {
  formatRef,
  type BlastRadiusDocument,
  type Diagnosis,
  type FixPriorityDocument,
  type NarrativeDocument,
  type TraceDocument,
} from '@kroot/types';
import { affected, impactLists, rounded } from '../impact.ts';
import { chainTexts, narrate, primaryChain } from '../narrative.ts';
import { toDiagnosis } from './to-diagnosis.ts';

/** The chains of a diagnosis. */
export function toTraces(diagnosis: Diagnosis): readonly TraceDocument[] {
  return diagnosis.traces.map(({ chain, confidence, hops }) => ({
    id: diagnosis.id,
    chain: chainTexts(diagnosis, chain),
    hops: hops.map(({ from, mechanism, relation, state, to }) => ({
      from: formatRef(from),
      to: formatRef(to),
      mechanism,
      ...(relation === undefined ? {} : { relation }),
      state,
    })),
    confidence: rounded(confidence),
  }));
}

/** What a root cause takes down. */
export function toBlastRadius(diagnosis: Diagnosis): BlastRadiusDocument {
  const [pods, services, deployments, ingresses, statefulSets, daemonSets, jobs, others] = impactLists(
    diagnosis.impact,
  ).map(({ resources }) => resources);
  const { risk, weight } = diagnosis.impact;
  return {
    id: diagnosis.id,
    broken_resource: formatRef(diagnosis.rootCause),
    rank: diagnosis.rank,
    impact_score: rounded(diagnosis.impact.score),
    ...(weight === undefined
      ? {}
      : { weight: { value: weight.value, source: weight.source, resource: formatRef(weight.resource) } }),
    ...(risk === undefined ? {} : { risk: { effect: risk.effect, factor: risk.factor } }),
    confidence: diagnosis.confidence,
    impacted_pods: pods ?? [],
    impacted_services: services ?? [],
    impacted_deployments: deployments ?? [],
    impacted_ingresses: ingresses ?? [],
    impacted_stateful_sets: statefulSets ?? [],
    impacted_daemon_sets: daemonSets ?? [],
    impacted_jobs: jobs ?? [],
    impacted_others: others ?? [],
  };
}

/** A diagnosis told in sentences. */
export function toNarrative(diagnosis: Diagnosis): NarrativeDocument {
  return {
    id: diagnosis.id,
    root_cause: formatRef(diagnosis.rootCause),
    root_cause_detail: diagnosis.cause,
    confidence: diagnosis.confidence,
    impact_score: rounded(diagnosis.impact.score),
    failure_chain: primaryChain(diagnosis),
    affected_resources: affected(diagnosis.impact),
    text: narrate(diagnosis),
  };
}

/** The place of a diagnosis in the order of repair. */
export function toFixPriority(diagnosis: Diagnosis): FixPriorityDocument {
  const { commands, steps, summary } = toDiagnosis(diagnosis).remediation;
  return {
    id: diagnosis.id,
    rank: diagnosis.rank,
    resource: formatRef(diagnosis.rootCause),
    diagnosis: diagnosis.message,
    confidence: diagnosis.confidence,
    impact_score: rounded(diagnosis.impact.score),
    restores: affected(diagnosis.impact),
    summary,
    steps,
    commands,
  };
}
