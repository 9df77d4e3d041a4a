import { type Mechanism } from './mechanism.ts';
import { type ResourceRef } from './resource-ref.ts';

/** How bad a finding is. */
export type Severity = 'critical' | 'warning' | 'info';

/** Severities from worst to least. */
export const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];

/**
 * Confidence is a class of evidence, not a feeling:
 * `stated` by kubelet, scheduler or controller about this object now; `proved` by complete coverage and a rule;
 * `strong` inference with one alternative left; `heuristic`; `hint`.
 */
export const CONFIDENCE = { stated: 0.99, proved: 0.95, strong: 0.8, heuristic: 0.6, hint: 0.4 } as const;

/** Where something is written in a file; lines and columns count from 1. */
export interface SourceLocation {
  /** As the user named it; `<stdin>` for standard input. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  /** The column after the last character. */
  readonly endColumn?: number;
  /** The chart template that made it, as `helm template` says. */
  readonly template?: string;
}

/** One piece of what a finding rests on. */
export interface Evidence {
  readonly source: 'event' | 'status' | 'condition' | 'spec' | 'computed' | 'log';
  readonly ref: ResourceRef;
  /** Field path in `ref`, such as `status.containerStatuses[0].state.waiting`. */
  readonly path?: string;
  /** The machine's own words, or for `computed` what was compared and how it came out. Hostile text: renderers clean it. */
  readonly quote: string;
  readonly count?: number;
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  /** Where the field is written, when the input is manifests. */
  readonly location?: SourceLocation;
}

/** One argument of a command: text, or text followed by a secret value that the reader must put into a shell variable. */
export type CommandArgument = string | { readonly prefix: string; readonly secret: string };

/** A command with real names, ready to run. `input` is fed to it on standard input. */
export interface Command {
  readonly argv: readonly CommandArgument[];
  readonly input?: string;
}

/** A way to repair a fault. */
export interface Fix {
  readonly summary: string;
  readonly steps: readonly string[];
  readonly commands: readonly Command[];
  /** What the commands do: nothing but look, change something, or destroy something. */
  readonly effect: 'none' | 'change' | 'destructive';
  /** Where the lasting change belongs. */
  readonly where: 'cluster' | 'git' | 'node' | 'registry' | 'image';
}

/** A cause that the evidence itself names. */
export interface Because {
  readonly ref: ResourceRef;
  readonly mechanism: Mechanism;
}

/** What an analyzer says about one object. */
export interface Finding {
  readonly rule: string;
  /** The object that is wrong: a missing Secret, not its pod; a workload whose template is wrong, not its pods. */
  readonly subject: ResourceRef;
  /** Tells findings of one rule on one subject apart: a container, key or port name. Part of the fingerprint. */
  readonly discriminator?: string;
  readonly severity: Severity;
  readonly confidence: number;
  /** RFC 3339: when it began, as far as the objects show. */
  readonly since?: string;
  /** The headline, a full statement with real names and without a final full stop: `Secret prod/db-password does not exist`. */
  readonly message: string;
  /** One sentence on why things are as they are, with real names. */
  readonly cause: string;
  /** For a symptom: a few words for the tree, such as `0/3 ready` or `container "api" cannot start`. */
  readonly state?: string;
  readonly detail?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly evidence: readonly Evidence[];
  /** The strongest links: causes that the evidence names. */
  readonly because?: readonly Because[];
  /** Narrows the mechanisms of the rule's meta to those that really block this subject now. */
  readonly waitsFor?: readonly Mechanism[];
  /** Narrows what the rule's meta says is broken. */
  readonly breaks?: readonly Mechanism[];
  /**
   * The objects from whose state the finding was made (the failing pods of a workload). A link along ownership reaches
   * the finding only from these; absent means from all.
   */
  readonly affects?: readonly ResourceRef[];
  /**
   * Findings of one rule with the same tie are alternatives: to repair any one of them is enough (three cordoned nodes, each
   * of which would take the pod). They are told as one diagnosis.
   */
  readonly tie?: string;
  readonly fixes: readonly Fix[];
  /** Near misses and warnings for the reader, full sentences. */
  readonly notes?: readonly string[];
}
