import { diagnose, findTarget, requireNamespace, type DiagnoseOptions, type NamedWorld } from '@kroot/engine';
import {
  formatRef,
  type Analyzer,
  type AnalyzerMeta,
  type Plugin,
  type Report,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';

/** What people have decided on the findings: what not to tell, how bad rules are, what objects are worth, what was known before. */
export type Judgement = Pick<
  DiagnoseOptions,
  'baseline' | 'otherRules' | 'risk' | 'severities' | 'suppressions' | 'weights'
>;

/** What rules there are. */
export interface Rules {
  readonly builtin: readonly Analyzer[];
  readonly plugins: readonly Plugin[];
  /** Both. */
  readonly all: readonly Analyzer[];
  /** What these say about themselves, and those that only manifests need: reports of `kroot check` name them. */
  readonly metas: readonly AnalyzerMeta[];
  readonly judgement: Judgement;
}

/** What a question is about. */
export interface Asked {
  readonly namespace?: string | undefined;
  readonly target?: ResourceRef;
}

const MAX_REPORTS = 32;

/** One reading of a source, and the reports that were made of it. */
export class World {
  /** As agents name the source. */
  readonly name: string;
  readonly snapshot: Snapshot;
  private readonly rules: Rules;
  private readonly reports = new Map<string, Report>();

  constructor(name: string, snapshot: Snapshot, rules: Rules) {
    this.name = name;
    this.snapshot = snapshot;
    this.rules = rules;
  }

  /** The namespace of a question: what was asked for, else that of the capture, else all. */
  scope(namespace: string | undefined): string | undefined {
    const scope = namespace ?? this.snapshot.source.namespace;
    if (scope !== undefined) requireNamespace(this.snapshot, scope);
    return scope;
  }

  report({ namespace, target }: Asked = {}): Report {
    const key = JSON.stringify([namespace, target === undefined ? undefined : formatRef(target)]);
    const known = this.reports.get(key);
    if (known !== undefined) return known;
    const report = diagnose(this.snapshot, {
      analyzers: this.rules.builtin,
      plugins: this.rules.plugins,
      ...this.rules.judgement,
      ...(namespace !== undefined && { namespace }),
      ...(target !== undefined && { target }),
    });
    const [oldest] = this.reports.keys();
    if (this.reports.size >= MAX_REPORTS && oldest !== undefined) this.reports.delete(oldest);
    this.reports.set(key, report);
    return report;
  }

  /** The object that is meant. Throws a TargetError with near names. */
  find({
    kind,
    name,
    namespace,
  }: {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string | undefined;
  }): ResourceRef {
    return findTarget(this.snapshot, kind, name, namespace);
  }

  /** For questions about requests: files that kroot did not collect itself are taken for the whole cluster. */
  named(namespace: string | undefined): NamedWorld {
    return { snapshot: this.snapshot, closedWorld: this.snapshot.source.type === 'file', namespace };
  }
}
