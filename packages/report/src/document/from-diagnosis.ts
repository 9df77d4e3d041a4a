import {
  type BlastRadiusDocument,
  type CommandDocument,
  type Diagnosis,
  type DiagnosisDocument,
  type Evidence,
  type EvidenceDocument,
  type Fix,
  type FixVerification,
  type Impact,
  type Mechanism,
  type NamedFault,
  type NamedFaultDocument,
  type Placement,
  type PlacementDocument,
  type Relation,
  type RemediationDocument,
  type Trace,
  type TraceDocument,
  type VerificationDocument,
} from '@kroot/types';
import { fromRef } from './from-ref.ts';
import { NO_FIX } from './to-diagnosis.ts';
import { fromWhyRows } from './why-rows.ts';

/** What the other sections of the document hold of a diagnosis. */
export interface DiagnosisSections {
  readonly traces: readonly TraceDocument[];
  readonly radius: BlastRadiusDocument | undefined;
}

/** A diagnosis as the engine gave it, from what the document says of it. */
export function fromDiagnosis(document: DiagnosisDocument, { traces, radius }: DiagnosisSections): Diagnosis {
  const { changed, placement, remediation, since, verification } = document;
  const rootCause = fromRef(document.root_cause_resource);
  const fixes =
    remediation.summary === NO_FIX.summary ? document.alternatives : [remediation, ...document.alternatives];
  return {
    id: document.id,
    rank: document.rank,
    rule: document.rule,
    severity: document.severity,
    confidence: document.confidence,
    rootCause,
    resource: fromRef(document.resource),
    message: document.message,
    cause: document.root_cause,
    effect: document.effect,
    ...(since === undefined ? {} : { since }),
    ...(changed === undefined ? {} : { changed }),
    evidence: document.evidence.map(fromEvidence),
    why: fromWhyRows(document.why ?? []) ?? { resource: rootCause, group: '', state: '', children: [] },
    traces: traces.map(fromTrace),
    symptoms: document.symptoms.map(({ count, resource, rule, state }) => ({
      rule,
      resource: fromRef(resource),
      state,
      count,
    })),
    impact: fromBlastRadius(radius),
    contributing: document.contributing,
    remaining: document.remaining,
    fixes: fixes.map(fromRemediation),
    ...(placement === undefined ? {} : { placement: fromPlacement(placement) }),
    ...(verification === undefined ? {} : { verification: fromVerification(verification) }),
    notes: document.notes,
  };
}

/** A piece of evidence. */
export function fromEvidence({ source, resource, path, quote, ...times }: EvidenceDocument): Evidence {
  const { count, first_seen: firstSeen, last_seen: lastSeen } = times;
  return {
    source,
    ref: fromRef(resource),
    ...(path === undefined ? {} : { path }),
    quote,
    ...(count === undefined ? {} : { count }),
    ...(firstSeen === undefined ? {} : { firstSeen }),
    ...(lastSeen === undefined ? {} : { lastSeen }),
  };
}

/** The last word of a chain says what is wrong with its end, which the tree says too. */
function fromTrace({ chain, confidence, hops }: TraceDocument): Trace {
  return {
    chain: chain.slice(0, -1).map(fromRef),
    hops: hops.map(({ from, mechanism, relation, state, to }) => ({
      from: fromRef(from),
      to: fromRef(to),
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a newer minor version may know more of them; they are only printed
      mechanism: mechanism as Mechanism,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
      ...(relation === undefined ? {} : { relation: relation as Relation }),
      state,
    })),
    confidence,
  };
}

function fromBlastRadius(radius: BlastRadiusDocument | undefined): Impact {
  const refs = (list: ImpactList): Impact['pods'] => (radius?.[list] ?? []).map(fromRef);
  return {
    score: radius?.impact_score ?? 0,
    pods: refs('impacted_pods'),
    services: refs('impacted_services'),
    deployments: refs('impacted_deployments'),
    statefulSets: refs('impacted_stateful_sets'),
    daemonSets: refs('impacted_daemon_sets'),
    jobs: refs('impacted_jobs'),
    ingresses: refs('impacted_ingresses'),
    others: refs('impacted_others'),
  };
}

type ImpactList = Extract<keyof BlastRadiusDocument, `impacted_${string}`>;

function fromRemediation({ summary, steps, effect, where, runnable = [] }: RemediationDocument): Fix {
  return { summary, steps, effect, where, commands: runnable.map(fromCommand) };
}

function fromCommand({ argv, input }: CommandDocument): Fix['commands'][number] {
  return { argv, ...(input === undefined ? {} : { input }) };
}

function fromPlacement(document: PlacementDocument): Placement {
  const { pod, complete, everywhere, classes, holders, smallest_change: smallest } = document;
  return {
    pod: fromRef(pod),
    complete,
    everywhere,
    classes: classes.map((entry) => ({
      nodes: entry.nodes.map(node),
      ...(entry.count > entry.nodes.length ? { unnamed: entry.count - entry.nodes.length } : {}),
      reasons: entry.reasons,
      ...changeOf(entry),
    })),
    ...(smallest === undefined
      ? {}
      : { smallest: { node: node(smallest.node), steps: smallest.steps, verified: smallest.verified } }),
    holders: holders.map(({ owner, ...held }) => ({ owner: fromRef(owner), ...held })),
  };
}

/** Before 1.1 a document did not say for which of the nodes. */
function changeOf(entry: PlacementDocument['classes'][number]): Pick<Placement['classes'][number], 'change'> {
  const { nodes, would_fit_on: on, would_fit_verified: verified = false, would_fit_with: steps } = entry;
  return on === undefined && steps.length === 0
    ? {}
    : { change: { node: node(on ?? nodes[0] ?? ''), steps, verified } };
}

function node(name: string): Placement['classes'][number]['nodes'][number] {
  return { group: '', kind: 'Node', name };
}

function fromVerification({
  fix,
  verdict,
  reason,
  victims,
  recovers,
  ...faults
}: VerificationDocument): FixVerification {
  return {
    fix,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    victims,
    recovers: recovers.map(fromRef),
    blockers: faults.blockers.map(({ count, ...fault }) => ({ ...fromNamedFault(fault), count })),
    brings: faults.brings.map(fromNamedFault),
  };
}

function fromNamedFault({ rule, resource, message }: NamedFaultDocument): NamedFault {
  return { rule, resource: fromRef(resource), message };
}
