import { kindsToRead } from '@kroot/cluster';
import { builtinAnalyzers } from '@kroot/analyzers';
import { builtinKindNamed, diagnose, findReference, findTarget, TargetError } from '@kroot/engine';
import { buildGraph, type DependencyGraph } from '@kroot/graph';
import { type Report, type ResourceRef, type Snapshot } from '@kroot/types';
import { configured } from '../config/configured.ts';
import { policyInput } from '../netpol/policy-input.ts';
import { type Streams } from '../streams.ts';
import { type Target } from '../target.ts';
import { type GraphFlags, type TreeFlags } from './graph-flags.ts';

/** A cluster, its dependencies and what is wrong in it. */
export interface GraphInput {
  readonly snapshot: Snapshot;
  readonly graph: DependencyGraph;
  readonly report: Report;
  /** The object that was asked about. */
  readonly target?: ResourceRef;
  readonly interrupted: boolean;
}

/**
 * Reads the files, or collects from the cluster, and diagnoses: states in graphs and trees are those of the diagnosis.
 * @throws TargetError when nothing is or names the object that was asked about.
 */
export async function graphInput(
  flags: GraphFlags | TreeFlags,
  asked: Target | undefined,
  streams: Streams,
): Promise<GraphInput> {
  const { judgement, plugins } = await configured(flags, {}, streams);
  const analyzers = [...builtinAnalyzers, ...plugins.flatMap((plugin) => plugin.analyzers)];
  const kind = asked === undefined ? undefined : builtinKindNamed(asked.kind);
  const kinds = [...new Set([...kindsToRead(analyzers), ...(kind === undefined ? [] : [kind])])];
  const { interrupted, namespace, snapshot } = await policyInput(flags, streams, kinds);
  const graph = buildGraph(snapshot);
  const target = asked === undefined ? undefined : targetOf(asked, snapshot, graph, asked.namespace ?? namespace);
  // What stops an object can be in any namespace; what is unhealthy is asked of one.
  const scope = target !== undefined || namespace === undefined ? {} : { namespace };
  const report = whole(diagnose(snapshot, { analyzers: builtinAnalyzers, plugins, ...judgement, ...scope }));
  return { snapshot, graph, report, interrupted, ...(target !== undefined && { target }) };
}

/** What nobody wants to be told of is broken all the same: a picture that leaves it out would be wrong. */
function whole(report: Report): Report {
  const { diagnoses, suppressed, suppressedSymptoms = [], unexplained } = report;
  return { ...report, diagnoses: [...diagnoses, ...suppressed], unexplained: [...unexplained, ...suppressedSymptoms] };
}

/** An object that is there, or one that is not but that others name. */
function targetOf(
  { kind, name }: Target,
  snapshot: Snapshot,
  graph: DependencyGraph,
  namespace: string | undefined,
): ResourceRef {
  try {
    return findTarget(snapshot, kind, name, namespace);
  } catch (error) {
    const reference =
      error instanceof TargetError
        ? findReference(graph, { kind, name, ...(namespace !== undefined && { namespace }) })
        : undefined;
    if (reference === undefined) throw error;
    return reference;
  }
}
