import { type Severity } from './finding.ts';

/** Where the published JSON Schema of the document lives. */
export const REPORT_SCHEMA_ID =
  'https://raw.githubusercontent.com/kroot/kroot/main/packages/types/schema/report.v1.json';

/** Version of the document: a new minor adds fields, a new major removes or changes some. */
export const REPORT_SCHEMA_VERSION = '1.2';

/** Where something is written in a file, in the document; lines and columns count from 1. */
export interface LocationDocument {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly end_line?: number;
  /** The column after the last character. */
  readonly end_column?: number;
  /** The chart template that made it. */
  readonly template?: string;
}

/** One piece of evidence, in the document. */
export interface EvidenceDocument {
  readonly source: 'event' | 'status' | 'condition' | 'spec' | 'computed' | 'log';
  readonly resource: string;
  readonly path?: string;
  readonly quote: string;
  readonly count?: number;
  readonly first_seen?: string;
  readonly last_seen?: string;
  /** Where the field is written, when the input is manifests. */
  readonly location?: LocationDocument;
}

/**
 * A command for programs, in the document: an argument with a `secret` is to be followed by the value that the user has for it,
 * `input` is fed to it on standard input.
 */
export interface CommandDocument {
  readonly argv: readonly (string | { readonly prefix: string; readonly secret: string })[];
  readonly input?: string;
}

/** A way to repair a fault, in the document; `commands` are shell text with real names. */
export interface RemediationDocument {
  readonly summary: string;
  readonly steps: readonly string[];
  readonly commands: readonly string[];
  readonly effect: 'none' | 'change' | 'destructive';
  readonly where: 'cluster' | 'git' | 'node' | 'registry' | 'image';
  /** The same commands for programs. Since 1.1. */
  readonly runnable?: readonly CommandDocument[];
}

/** A fault that the trial of a repair met, in the document. */
export interface NamedFaultDocument {
  readonly rule: string;
  readonly resource: string;
  readonly message: string;
}

/** What came of trying a repair on the snapshot, in the document. */
export interface VerificationDocument {
  /** Which repair was tried: 0 is `remediation`, from 1 on `alternatives`. */
  readonly fix: number;
  readonly verdict: 'clears' | 'still-shows' | 'not-simulated';
  /** Why a snapshot cannot tell. */
  readonly reason?: string;
  /** How many pods (where there are none: other objects) suffer from the fault. */
  readonly victims: number;
  /** Those of them that nothing that can be seen stops afterwards. */
  readonly recovers: readonly string[];
  /** What still stands in their way; `count` is how many objects it stops. */
  readonly blockers: readonly (NamedFaultDocument & { readonly count: number })[];
  /** Faults that the repair makes. */
  readonly brings: readonly NamedFaultDocument[];
}

/** What keeps a pod from a node, in the document. */
export interface PlacementReasonDocument {
  /** Name of the scheduler's plugin. */
  readonly predicate: string;
  readonly text: string;
}

/** Why a pod is on no node, in the document. */
export interface PlacementDocument {
  readonly pod: string;
  /** Whether everything that counts could be seen. */
  readonly complete: boolean;
  /** What keeps the pod from every node alike. */
  readonly everywhere: readonly PlacementReasonDocument[];
  /** Nodes that refuse for the same reasons, the easiest to open first; at most 10 are named, `count` is how many there are. */
  readonly classes: readonly {
    readonly nodes: readonly string[];
    readonly count: number;
    readonly reasons: readonly PlacementReasonDocument[];
    readonly would_fit_with: readonly string[];
    /** The node for which that is enough. Since 1.1. */
    readonly would_fit_on?: string;
    /** Whether the scheduler was replayed with it. Since 1.1. */
    readonly would_fit_verified?: boolean;
  }[];
  /** The smallest change that would make the pod fit; `verified` when the scheduler was replayed with it. */
  readonly smallest_change?: { readonly node: string; readonly steps: readonly string[]; readonly verified: boolean };
  /** Who holds the room, those that the pod may preempt first. */
  readonly holders: readonly {
    readonly owner: string;
    readonly resource: string;
    readonly amount: string;
    readonly pods: number;
    readonly priority: number;
    readonly preemptible: boolean;
  }[];
}

/** A row of the tree that a card shows, in the document: `level` 0 is the cause, each further level fails because of the one above. */
export interface WhyRowDocument {
  readonly level: number;
  /** Absent for a folded group. */
  readonly resource?: string;
  /** Words for a folded group, such as `188 pods`; empty for a single object. */
  readonly group: string;
  /** What is wrong, in a few words. */
  readonly state: string;
}

/** What hides something, in the document. Since 1.2. */
export interface SuppressedByDocument {
  readonly carrier: 'annotation' | 'config' | 'baseline';
  readonly reason: string;
  readonly until?: string;
  readonly owner?: string;
  /** For an annotation: the object that carries it. */
  readonly resource?: string;
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
  /** Where to repair it in the manifests. */
  readonly location?: LocationDocument;
  readonly message: string;
  readonly root_cause: string;
  readonly effect: string;
  readonly since?: string;
  /** What was changed shortly before. */
  readonly changed?: string;
  readonly evidence: readonly EvidenceDocument[];
  /** What it takes down, as a tree in the order in which it is read. Since 1.1. */
  readonly why?: readonly WhyRowDocument[];
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
  /** For what keeps pods from being scheduled. */
  readonly placement?: PlacementDocument;
  /** Only with `--verify-fixes`. */
  readonly verification?: VerificationDocument;
  /** In `suppressed` only: what hides it. Since 1.2. */
  readonly suppressed_by?: SuppressedByDocument;
  /** What hid it until it expired. Since 1.2. */
  readonly suppression_expired?: SuppressedByDocument;
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
  /** How much what is blocked is worth, and who says so; in `impact_score` already. Since 1.2. */
  readonly weight?: {
    readonly value: number;
    readonly source: 'annotation' | 'config';
    readonly resource: string;
  };
  /** What the first repair does, and by what that multiplied `impact_score`. Since 1.2. */
  readonly risk?: { readonly effect: 'change' | 'destructive'; readonly factor: number };
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
  /** Fingerprint, as that of a diagnosis. Since 1.2. */
  readonly id?: string;
  readonly rule: string;
  readonly resource: string;
  readonly severity: Severity;
  readonly message: string;
  readonly since?: string;
  readonly count: number;
  readonly checked: readonly string[];
  readonly evidence: readonly EvidenceDocument[];
  readonly location?: LocationDocument;
  /** Since 1.2. */
  readonly notes?: readonly string[];
  /** In `suppressed_symptoms` only: what hides it. Since 1.2. */
  readonly suppressed_by?: SuppressedByDocument;
  /** What hid it until it expired. Since 1.2. */
  readonly suppression_expired?: SuppressedByDocument;
}

/** A diagnosis that applying manifests ends or leaves as it is, in the document. */
export interface OtherDiagnosisDocument extends NamedFaultDocument {
  readonly id: string;
  readonly severity: Severity;
  /** Whether the objects alone show it; how new programs run shows only later. */
  readonly certain: boolean;
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

/** What a rule says about itself, in the document. */
export interface RuleDocument {
  readonly id: string;
  readonly title: string;
  readonly role: 'fault' | 'symptom';
  readonly severity: Severity;
  readonly means: string;
  readonly decides: string;
  readonly silent: string;
  readonly false_positives?: string;
  readonly references: readonly string[];
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
    /** How files are laid out, as people call it: `OpenShift must-gather`. Since 1.1. */
    readonly layout?: string;
    /** The namespace that was collected, when it was one. Since 1.1. */
    readonly namespace?: string;
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
  /** Since 1.2. */
  readonly suppressed_symptoms?: readonly UnexplainedDocument[];
  /** How it compares with the baseline that was given; `unseen` is what is not found, but was not looked at either. Since 1.2. */
  readonly baseline?: {
    readonly name: string;
    readonly known: number;
    readonly new: number;
    readonly gone: number;
    readonly unseen: number;
  };
  readonly health: readonly {
    readonly name: string;
    readonly state: 'ok' | 'unknown' | 'not-applicable' | 'failed';
    readonly text: string;
  }[];
  readonly failures: readonly { readonly rule: string; readonly reason: string }[];
  readonly notices: readonly string[];
  /** For manifests, which say what is to be: how many there are. */
  readonly manifests?: number;
  /** For manifests that were held against a cluster: `diagnoses` is what they break. */
  readonly deployment?: {
    readonly cluster: string;
    readonly created: number;
    readonly updated: number;
    readonly heals: readonly OtherDiagnosisDocument[];
    readonly stays: readonly OtherDiagnosisDocument[];
  };
  /** The workloads that were looked at, those that are well included. Since 1.1. */
  readonly workloads?: readonly string[];
  /** The rules that the report speaks of. Since 1.1. */
  readonly rules?: readonly RuleDocument[];
  /** Ids of all rules that ran. Since 1.1. */
  readonly rules_run?: readonly string[];
}
