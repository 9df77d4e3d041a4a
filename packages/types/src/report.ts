import { type AnalyzerMeta } from './analyzer.ts';
import { type Evidence, type Fix, type Severity } from './finding.ts';
import { type Relation } from './graph-view.ts';
import { type Mechanism } from './mechanism.ts';
import { type Placement } from './placement.ts';
import { type ResourceRef } from './resource-ref.ts';
import { type CoverageGap, type SourceInfo } from './snapshot.ts';

/** One step of a causal chain: `from` does not work because of `to`. */
export interface ReportHop {
  readonly from: ResourceRef;
  readonly to: ResourceRef;
  readonly mechanism: Mechanism;
  /** Relation of the graph that carries it; absent when the evidence itself names `to`. */
  readonly relation?: Relation;
  /** What is wrong with `from`, in a few words. */
  readonly state: string;
}

/** A chain from the outermost thing that fails to the root cause. */
export interface Trace {
  /** Outermost symptom first, root cause last. */
  readonly chain: readonly ResourceRef[];
  readonly hops: readonly ReportHop[];
  readonly confidence: number;
}

/** A node of the tree that a card shows: the cause at the top, victims below, replicas folded. */
export interface WhyNode {
  /** Absent for a folded group. */
  readonly resource?: ResourceRef;
  /** Words for a folded group, such as `188 pods`; empty for a single object. */
  readonly group: string;
  /** What is wrong, in a few words. */
  readonly state: string;
  readonly children: readonly WhyNode[];
}

/** Symptoms that a root explains, folded by rule and top owner. */
export interface SymptomGroup {
  readonly rule: string;
  readonly resource: ResourceRef;
  readonly state: string;
  /** How many objects are folded into it. */
  readonly count: number;
}

/** What a root cause takes down. */
export interface Impact {
  readonly score: number;
  readonly pods: readonly ResourceRef[];
  readonly services: readonly ResourceRef[];
  readonly deployments: readonly ResourceRef[];
  readonly statefulSets: readonly ResourceRef[];
  readonly daemonSets: readonly ResourceRef[];
  readonly jobs: readonly ResourceRef[];
  readonly ingresses: readonly ResourceRef[];
  /** Everything else: claims, autoscalers, nodes, custom resources. */
  readonly others: readonly ResourceRef[];
}

/** A fault, as the outcome of a trial names it. */
export interface NamedFault {
  readonly rule: string;
  readonly resource: ResourceRef;
  readonly message: string;
}

/** What came of trying a repair on the snapshot and diagnosing the outcome. */
export interface FixVerification {
  /** Which fix of the diagnosis was tried, from 0. */
  readonly fix: number;
  /**
   * `clears`: the fault is gone because of it. `still-shows`: the objects show it afterwards as before. `not-simulated`: a
   * snapshot cannot tell, `reason` says why.
   */
  readonly verdict: 'clears' | 'still-shows' | 'not-simulated';
  readonly reason?: string;
  /** How many pods (where there are none: other objects) suffer from the fault. */
  readonly victims: number;
  /** Those of them that nothing that can be seen stops afterwards; empty unless the fault is cleared. */
  readonly recovers: readonly ResourceRef[];
  /** What still stands in the way of those that suffer, whatever becomes of the fault; `count` is how many it stops. */
  readonly blockers: readonly (NamedFault & { readonly count: number })[];
  /** Faults that the repair makes. */
  readonly brings: readonly NamedFault[];
}

/** One root cause and all that it explains. */
export interface Diagnosis {
  /** Fingerprint: equal for the same fault in every run, whatever pods, times and counts do. */
  readonly id: string;
  readonly rank: number;
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: number;
  /** What is wrong. */
  readonly rootCause: ResourceRef;
  /** What the user sees failing first; equals rootCause when nothing else fails. */
  readonly resource: ResourceRef;
  readonly message: string;
  readonly cause: string;
  /** What it does to users, one line such as `Deployment/payments-api is down: 0 of 3 pods ready`. */
  readonly effect: string;
  readonly since?: string;
  /** What was changed shortly before, one sentence: a field of the newest revision, or an edit of what is wrong. */
  readonly changed?: string;
  readonly evidence: readonly Evidence[];
  readonly why: WhyNode;
  /** Primary chain first. */
  readonly traces: readonly Trace[];
  readonly symptoms: readonly SymptomGroup[];
  readonly impact: Impact;
  /** Other diagnoses that also stand in the way of the same symptoms. */
  readonly contributing: readonly string[];
  /** What would still block the victims if this root were repaired, full sentences. */
  readonly remaining: readonly string[];
  readonly fixes: readonly Fix[];
  /** Why a pod that this leaves without a node is on none, where keeping pods from nodes is what it does. */
  readonly placement?: Placement;
  /** What trying a fix on the snapshot gave, where that was asked for. */
  readonly verification?: FixVerification;
  readonly notes: readonly string[];
}

/** A symptom that no fault explains. */
export interface Unexplained {
  readonly rule: string;
  readonly resource: ResourceRef;
  readonly severity: Severity;
  readonly message: string;
  readonly since?: string;
  readonly count: number;
  /** What was looked for. */
  readonly checked: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** An analyzer that threw; the others went on. */
export interface AnalyzerFailure {
  readonly rule: string;
  readonly reason: string;
}

/** What was asked about. */
export interface Scope {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  /** Absent: everything. */
  readonly target?: ResourceRef;
}

/** A line of the proof that a healthy target is healthy. */
export interface HealthCheck {
  readonly name: string;
  readonly state: 'ok' | 'unknown' | 'not-applicable' | 'failed';
  readonly text: string;
}

/** Deterministic counts of work done, for benchmarks and tests of linearity. */
export interface Operations {
  readonly nodes: number;
  readonly edges: number;
  readonly findings: number;
  readonly links: number;
  readonly steps: number;
}

/** The result of a diagnosis. */
export interface Report {
  readonly tool: { readonly name: 'kroot'; readonly version: string; readonly plugins: readonly string[] };
  readonly source: SourceInfo;
  readonly scope: Scope;
  /** RFC 3339: the moment that the report speaks of. */
  readonly now: string;
  readonly coverage: {
    readonly complete: boolean;
    /** `rules` are the analyzers that read the kind and so may have missed something. */
    readonly gaps: readonly (CoverageGap & { readonly rules: readonly string[] })[];
  };
  /** In fix order. */
  readonly diagnoses: readonly Diagnosis[];
  readonly unexplained: readonly Unexplained[];
  readonly suppressed: readonly Diagnosis[];
  readonly failures: readonly AnalyzerFailure[];
  readonly notices: readonly string[];
  /** Proof for a healthy target, when one was asked about. */
  readonly health: readonly HealthCheck[];
  readonly counts: {
    readonly objects: number;
    readonly namespaces: number;
    readonly nodes: number;
    readonly nodesReady: number;
    readonly pods: number;
    readonly podsReady: number;
    readonly services: number;
    readonly servicesWithEndpoints: number;
  };
  readonly operations: Operations;
  /** The workloads in scope, those that are well included: top owners of pods, and controllers without pods. */
  readonly workloads: readonly ResourceRef[];
  /** Meta of the rules that ran, in order of id. */
  readonly rules: readonly AnalyzerMeta[];
}
