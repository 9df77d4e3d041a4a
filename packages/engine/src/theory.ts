import { buildGraph } from '@kroot/graph';
import { type Analyzer, type AnalyzerFailure, type GraphView, type Snapshot } from '@kroot/types';
import { linkFindings, type CausalLinks } from './causal-links.ts';
import { findRootCauses, type RootCauses } from './root-causes.ts';
import { runAnalyzers, type FindingNode } from './run-analyzers.ts';

/** What the analyzers found in a snapshot and what explains what. */
export interface Theory {
  readonly snapshot: Snapshot;
  readonly graph: GraphView;
  readonly nodes: readonly FindingNode[];
  readonly links: CausalLinks;
  readonly causes: RootCauses;
  readonly failures: readonly AnalyzerFailure[];
}

/** One whole run: graph, analyzers, links, root causes. */
export function theoryOf(snapshot: Snapshot, analyzers: readonly Analyzer[]): Theory {
  const graph = buildGraph(snapshot);
  const { nodes, failures } = runAnalyzers({ snapshot, graph, now: snapshot.now.getTime() }, analyzers);
  const links = linkFindings(nodes, graph);
  return { snapshot, graph, nodes, links, causes: findRootCauses(nodes, links), failures };
}

/** For each root, by number, the findings that it has a part in, itself included. */
export function membersOf({ nodes, causes }: Theory): ReadonlyMap<number, readonly FindingNode[]> {
  const members = new Map<number, FindingNode[]>(causes.roots.map(({ index }) => [index, []]));
  for (const node of nodes) for (const root of causes.rootsOf[node.index] ?? []) members.get(root)?.push(node);
  return members;
}
