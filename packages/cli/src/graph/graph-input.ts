import { kindsToRead, loadPlugins } from '@kroot/cluster';
import { builtinAnalyzers } from '@kroot/analyzers';
import { builtinKindNamed, diagnose, findTarget, TargetError } from '@kroot/engine';
import { buildGraph, type DependencyGraph } from '@kroot/graph';
import { builtinKind, kindKey, type Report, type ResourceRef, type Snapshot } from '@kroot/types';
import { UsageError } from '../errors.ts';
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
 * @throws UsageError when nothing is or names the object that was asked about.
 */
export async function graphInput(
  flags: GraphFlags | TreeFlags,
  asked: Target | undefined,
  streams: Streams,
): Promise<GraphInput> {
  const plugins = await loadPlugins(flags.plugin ?? [], streams.cwd);
  const analyzers = [...builtinAnalyzers, ...plugins.flatMap((plugin) => plugin.analyzers)];
  const kind = asked === undefined ? undefined : builtinKindNamed(asked.kind);
  const kinds = [...new Set([...kindsToRead(analyzers), ...(kind === undefined ? [] : [kind])])];
  const { interrupted, namespace, snapshot } = await policyInput(flags, streams, kinds);
  const graph = buildGraph(snapshot);
  const target = asked === undefined ? undefined : targetOf(asked, snapshot, graph, asked.namespace ?? namespace);
  // What stops an object can be in any namespace; what is unhealthy is asked of one.
  const scope = target !== undefined || namespace === undefined ? {} : { namespace };
  const report = diagnose(snapshot, { analyzers: builtinAnalyzers, plugins, ...scope });
  return { snapshot, graph, report, interrupted, ...(target !== undefined && { target }) };
}

/** An object that is there, or one that is not but that others name: what a missing Secret stops can be asked as well. */
function targetOf(
  { kind, name }: Target,
  snapshot: Snapshot,
  graph: DependencyGraph,
  namespace: string | undefined,
): ResourceRef {
  try {
    return findTarget(snapshot, kind, name, namespace);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const named = graph.refs.filter(
      (ref) => ref.name === name && isKind(ref, kind) && (namespace === undefined || isIn(ref, namespace)),
    );
    const [only, ...more] = named;
    if (only === undefined) throw error;
    if (more.length === 0) return only;
    throw new UsageError(
      `${kind} "${name}" is named in several namespaces: ${named.map((ref) => ref.namespace).join(', ')}; choose one with -n`,
      { cause: error },
    );
  }
}

function isKind({ group, kind }: ResourceRef, written: string): boolean {
  const key = kindKey(group, kind);
  return key === builtinKindNamed(written) || [key, kind].some((name) => name.toLowerCase() === written.toLowerCase());
}

function isIn({ kind, namespace }: ResourceRef, wanted: string): boolean {
  return namespace === wanted || builtinKind(kind)?.namespaced === false;
}
