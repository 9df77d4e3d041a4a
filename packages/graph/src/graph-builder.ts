import { type Snapshot } from '@kroot/types';
import { type DependencyGraph } from './dependency-graph.ts';
import { EdgeCollector } from './edge-collector.ts';
import { groupBy } from './group-by.ts';
import { memoize } from './memo.ts';
import { refOf } from './refs.ts';
import { RELATION_MAKERS } from './relations/relation-makers.ts';

const makersByKind = groupBy(RELATION_MAKERS, ({ kind }) => kind);

/**
 * The dependency graph of a snapshot, built once. Every object but events is a node, and so is everything that one of
 * them names: present, proved to be absent, or unknown.
 */
export const buildGraph: (snapshot: Snapshot) => DependencyGraph = memoize((snapshot) => {
  const collector = new EdgeCollector();
  const link = collector.link.bind(collector);
  for (const kind of snapshot.kinds()) {
    if (kind === 'Event') continue;
    const makers = [...(makersByKind.get('*') ?? []), ...(makersByKind.get(kind) ?? [])];
    for (const object of snapshot.list(kind)) {
      const self = refOf(object);
      const namespace = self.namespace ?? '';
      collector.addPresent(self);
      for (const maker of makers) maker.make(object, { snapshot, self, namespace, link });
    }
  }
  return collector.finish((target) => snapshot.lookup(target).state);
});
