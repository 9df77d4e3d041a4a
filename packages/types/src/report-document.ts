import { z } from 'zod';
import { SEVERITIES, type Severity } from './finding.ts';

/** Where the published JSON Schema of the document lives. */
export const REPORT_SCHEMA_ID =
  'https://raw.githubusercontent.com/kroot/kroot/main/packages/types/schema/report.v1.json';

/** Version of the document: a new minor adds fields, a new major removes or changes some. */
export const REPORT_SCHEMA_VERSION = '1.0';

/** One piece of evidence, in the document. */
export interface EvidenceDocument {
  readonly source: 'event' | 'status' | 'condition' | 'spec' | 'computed' | 'log';
  readonly resource: string;
  readonly path?: string;
  readonly quote: string;
  readonly count?: number;
  readonly first_seen?: string;
  readonly last_seen?: string;
}

/** A way to repair a fault, in the document; `commands` are shell text with real names. */
export interface RemediationDocument {
  readonly summary: string;
  readonly steps: readonly string[];
  readonly commands: readonly string[];
  readonly effect: 'none' | 'change' | 'destructive';
  readonly where: 'cluster' | 'git' | 'node' | 'registry' | 'image';
}

/** One root cause, in the document. */
export interface DiagnosisDocument {
  readonly id: string;
  readonly rank: number;
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: number;
  /** What the user sees failing first. */
  readonly resource: string;
  /** What is wrong; equals `resource` when it is its own cause. */
  readonly root_cause_resource: string;
  readonly message: string;
  readonly root_cause: string;
  readonly effect: string;
  readonly since?: string;
  readonly evidence: readonly EvidenceDocument[];
  readonly symptoms: readonly {
    readonly rule: string;
    readonly resource: string;
    readonly state: string;
    readonly count: number;
  }[];
  readonly contributing: readonly string[];
  readonly remaining: readonly string[];
  readonly notes: readonly string[];
  readonly remediation: RemediationDocument;
  /** Other ways to repair it. */
  readonly alternatives: readonly RemediationDocument[];
}

/** A causal chain, in the document: the resources from the outermost symptom to the cause, then what is wrong. */
export interface TraceDocument {
  readonly id: string;
  readonly chain: readonly string[];
  readonly hops: readonly {
    readonly from: string;
    readonly to: string;
    readonly mechanism: string;
    readonly relation?: string;
    readonly state: string;
  }[];
  readonly confidence: number;
}

/** What a root cause takes down, in the document. */
export interface BlastRadiusDocument {
  readonly id: string;
  readonly broken_resource: string;
  readonly rank: number;
  readonly impact_score: number;
  readonly confidence: number;
  readonly impacted_pods: readonly string[];
  readonly impacted_services: readonly string[];
  readonly impacted_deployments: readonly string[];
  readonly impacted_ingresses: readonly string[];
  readonly impacted_stateful_sets: readonly string[];
  readonly impacted_daemon_sets: readonly string[];
  readonly impacted_jobs: readonly string[];
  readonly impacted_others: readonly string[];
}

/** An incident told in sentences, in the document. */
export interface NarrativeDocument {
  readonly id: string;
  readonly root_cause: string;
  readonly root_cause_detail: string;
  readonly confidence: number;
  readonly impact_score: number;
  readonly failure_chain: readonly string[];
  readonly affected_resources: readonly string[];
  readonly text: string;
}

/** One entry of the order of repair, in the document. */
export interface FixPriorityDocument {
  readonly id: string;
  readonly rank: number;
  readonly resource: string;
  readonly diagnosis: string;
  readonly confidence: number;
  readonly impact_score: number;
  readonly restores: readonly string[];
  readonly summary: string;
  readonly steps: readonly string[];
  readonly commands: readonly string[];
}

/** A symptom that nothing explains, in the document. */
export interface UnexplainedDocument {
  readonly rule: string;
  readonly resource: string;
  readonly severity: Severity;
  readonly message: string;
  readonly since?: string;
  readonly count: number;
  readonly checked: readonly string[];
  readonly evidence: readonly EvidenceDocument[];
}

/** A hole in what could be seen, in the document; `resource` is the plural name as in RBAC rules where it is known. */
export interface GapDocument {
  readonly resource: string;
  readonly kind: string;
  readonly namespace: string;
  readonly state: 'partial' | 'forbidden' | 'not-collected' | 'api-absent';
  readonly reason: string;
  readonly rules: readonly string[];
}

/** The JSON document that `kroot diagnose --output json` prints; resources are written `Kind/namespace/name`. */
export interface ReportDocument {
  readonly $schema: string;
  readonly schema_version: string;
  readonly tool: { readonly name: string; readonly version: string; readonly plugins: readonly string[] };
  readonly source: {
    readonly type: 'file' | 'live' | 'memory';
    readonly name: string;
    readonly captured_at?: string;
    readonly server_version?: string;
  };
  readonly scope: { readonly namespace?: string; readonly target?: string };
  /** The moment that the report speaks of. */
  readonly now: string;
  readonly coverage: { readonly complete: boolean; readonly gaps: readonly GapDocument[] };
  readonly counts: {
    readonly objects: number;
    readonly namespaces: number;
    readonly nodes: number;
    readonly nodes_ready: number;
    readonly pods: number;
    readonly pods_ready: number;
    readonly services: number;
    readonly services_with_endpoints: number;
  };
  /** Number of diagnoses. */
  readonly issue_count: number;
  /** One per root cause, in the order in which to fix them. */
  readonly diagnoses: readonly DiagnosisDocument[];
  readonly dependency_traces: readonly TraceDocument[];
  readonly blast_radius: readonly BlastRadiusDocument[];
  readonly incident_narratives: readonly NarrativeDocument[];
  readonly fix_priorities: readonly FixPriorityDocument[];
  readonly unexplained: readonly UnexplainedDocument[];
  readonly suppressed: readonly DiagnosisDocument[];
  readonly health: readonly {
    readonly name: string;
    readonly state: 'ok' | 'unknown' | 'not-applicable' | 'failed';
    readonly text: string;
  }[];
  readonly failures: readonly { readonly rule: string; readonly reason: string }[];
  readonly notices: readonly string[];
}

const strings = z.array(z.string());
const count = z.number().int().nonnegative();
const score = z.number().nonnegative();
const confidence = z.number().min(0).max(1);
const severity = z.enum(SEVERITIES);

const evidence = z
  .looseObject({
    source: z.enum(['event', 'status', 'condition', 'spec', 'computed', 'log']),
    resource: z.string(),
    path: z.string().exactOptional(),
    quote: z.string(),
    count: count.exactOptional(),
    first_seen: z.string().exactOptional(),
    last_seen: z.string().exactOptional(),
  })
  .meta({ id: 'Evidence' });

const remediation = z
  .looseObject({
    summary: z.string(),
    steps: strings,
    commands: strings,
    effect: z.enum(['none', 'change', 'destructive']),
    where: z.enum(['cluster', 'git', 'node', 'registry', 'image']),
  })
  .meta({ id: 'Remediation' });

const diagnosis = z
  .looseObject({
    id: z.string(),
    rank: count,
    rule: z.string(),
    severity,
    confidence,
    resource: z.string(),
    root_cause_resource: z.string(),
    message: z.string(),
    root_cause: z.string(),
    effect: z.string(),
    since: z.string().exactOptional(),
    evidence: z.array(evidence),
    symptoms: z.array(z.looseObject({ rule: z.string(), resource: z.string(), state: z.string(), count })),
    contributing: strings,
    remaining: strings,
    notes: strings,
    remediation,
    alternatives: z.array(remediation),
  })
  .meta({ id: 'Diagnosis' });

const trace = z
  .looseObject({
    id: z.string(),
    chain: strings,
    hops: z.array(
      z.looseObject({
        from: z.string(),
        to: z.string(),
        mechanism: z.string(),
        relation: z.string().exactOptional(),
        state: z.string(),
      }),
    ),
    confidence,
  })
  .meta({ id: 'DependencyTrace' });

const blastRadius = z
  .looseObject({
    id: z.string(),
    broken_resource: z.string(),
    rank: count,
    impact_score: score,
    confidence,
    impacted_pods: strings,
    impacted_services: strings,
    impacted_deployments: strings,
    impacted_ingresses: strings,
    impacted_stateful_sets: strings,
    impacted_daemon_sets: strings,
    impacted_jobs: strings,
    impacted_others: strings,
  })
  .meta({ id: 'BlastRadius' });

const narrative = z
  .looseObject({
    id: z.string(),
    root_cause: z.string(),
    root_cause_detail: z.string(),
    confidence,
    impact_score: score,
    failure_chain: strings,
    affected_resources: strings,
    text: z.string(),
  })
  .meta({ id: 'IncidentNarrative' });

const fixPriority = z
  .looseObject({
    id: z.string(),
    rank: count,
    resource: z.string(),
    diagnosis: z.string(),
    confidence,
    impact_score: score,
    restores: strings,
    summary: z.string(),
    steps: strings,
    commands: strings,
  })
  .meta({ id: 'FixPriority' });

const unexplained = z
  .looseObject({
    rule: z.string(),
    resource: z.string(),
    severity,
    message: z.string(),
    since: z.string().exactOptional(),
    count,
    checked: strings,
    evidence: z.array(evidence),
  })
  .meta({ id: 'Unexplained' });

const gap = z
  .looseObject({
    resource: z.string(),
    kind: z.string(),
    namespace: z.string(),
    state: z.enum(['partial', 'forbidden', 'not-collected', 'api-absent']),
    reason: z.string(),
    rules: strings,
  })
  .meta({ id: 'CoverageGap' });

/** Checks a report document; unknown fields pass, so that consumers survive a newer minor version. */
export const reportDocumentSchema: z.ZodType<ReportDocument> = z
  .looseObject({
    $schema: z.string(),
    schema_version: z.string().regex(/^1\.\d+$/),
    tool: z.looseObject({ name: z.string(), version: z.string(), plugins: strings }),
    source: z.looseObject({
      type: z.enum(['file', 'live', 'memory']),
      name: z.string(),
      captured_at: z.string().exactOptional(),
      server_version: z.string().exactOptional(),
    }),
    scope: z.looseObject({ namespace: z.string().exactOptional(), target: z.string().exactOptional() }),
    now: z.string(),
    coverage: z.looseObject({ complete: z.boolean(), gaps: z.array(gap) }),
    counts: z.looseObject({
      objects: count,
      namespaces: count,
      nodes: count,
      nodes_ready: count,
      pods: count,
      pods_ready: count,
      services: count,
      services_with_endpoints: count,
    }),
    issue_count: count,
    diagnoses: z.array(diagnosis),
    dependency_traces: z.array(trace),
    blast_radius: z.array(blastRadius),
    incident_narratives: z.array(narrative),
    fix_priorities: z.array(fixPriority),
    unexplained: z.array(unexplained),
    suppressed: z.array(diagnosis),
    health: z.array(
      z.looseObject({
        name: z.string(),
        state: z.enum(['ok', 'unknown', 'not-applicable', 'failed']),
        text: z.string(),
      }),
    ),
    failures: z.array(z.looseObject({ rule: z.string(), reason: z.string() })),
    notices: strings,
  })
  .meta({ title: 'kroot report', description: 'What kroot diagnose --output json prints.' });
