import { type Finding, type Severity } from './finding.ts';
import { type GraphView } from './graph-view.ts';
import { type Mechanism } from './mechanism.ts';
import { type Snapshot } from './snapshot.ts';

/** What a rule says about itself: feeds docs, SARIF rules, collection and permissions. */
export interface AnalyzerDocs {
  /** What the finding means for the reader. */
  readonly means: string;
  /** How it is decided: signals, in order. */
  readonly decides: string;
  /** When it stays silent although things look alike. */
  readonly silent: string;
  /** Known ways to be wrong, if any. */
  readonly falsePositives?: string;
  /** Kubernetes source or documentation pages that prove the behaviour. */
  readonly references: readonly string[];
}

/** The fixed part of an analyzer. */
export interface AnalyzerMeta {
  /** kebab-case; plugins use `vendor/rule`. */
  readonly id: string;
  readonly title: string;
  /**
   * A fault can be a root cause. A symptom never is: it is explained by faults, or printed as unexplained. A fault that
   * `waitsFor` something stands as a root only while nothing explains it.
   */
  readonly role: 'fault' | 'symptom';
  /** The worst severity that it reports. */
  readonly severity: Severity;
  /** Kinds that it looks at, as `Snapshot.list` names them. */
  readonly reads: readonly string[];
  /** What the subject stops in others. */
  readonly breaks?: readonly Mechanism[];
  /** What can explain it. */
  readonly waitsFor?: readonly Mechanism[];
  readonly docs: AnalyzerDocs;
}

/** What an analyzer is given: immutable, the same for built-in ones and plugins. */
export interface AnalyzerContext {
  readonly snapshot: Snapshot;
  readonly graph: GraphView;
  /** `snapshot.now` in milliseconds. */
  readonly now: number;
}

/** One rule: what it says about itself and how it looks. Must not throw on odd data, read a clock or do I/O. */
export interface Analyzer {
  readonly meta: AnalyzerMeta;
  analyze(context: AnalyzerContext): Iterable<Finding>;
}

/** Types an analyzer; the same as writing `const rule: Analyzer = …`, for authors of plain JavaScript. */
export function defineAnalyzer(analyzer: Analyzer): Analyzer {
  return analyzer;
}

/** A package of analyzers that users load with `--plugin` or pass to the engine. */
export interface Plugin {
  readonly name: string;
  readonly version: string;
  /** Version of this contract, 1. */
  readonly apiVersion: number;
  readonly analyzers: readonly Analyzer[];
}

/** The version of the plugin contract that this package describes. */
export const PLUGIN_API_VERSION = 1;

/** Types a plugin; a plugin module exports it as `plugin` or as its default. */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}
