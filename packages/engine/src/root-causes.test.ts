import { array, assert, boolean, integer, property, record, tuple, type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deployment, rule } from './cluster.test.support.ts';
import { type CausalLink, type CausalLinks } from './causal-links.ts';
import { findRootCauses } from './root-causes.ts';
import { type FindingNode } from './run-analyzers.ts';

/** Findings by role, and who does not work because of whom. */
interface Case {
  readonly faults: readonly boolean[];
  readonly arcs: readonly (readonly [number, number])[];
}

const cases: Arbitrary<Case> = integer({ min: 1, max: 12 }).chain((size) => {
  const index = integer({ min: 0, max: size - 1 });
  return record({
    faults: array(boolean(), { minLength: size, maxLength: size }),
    arcs: array(tuple(index, index), { maxLength: 24 }),
  });
});

function build({ faults, arcs }: Case): { readonly nodes: readonly FindingNode[]; readonly links: CausalLinks } {
  const nodes = faults.map((isFault, index): FindingNode => {
    const analyzer = rule('r', { role: isFault ? 'fault' : 'symptom' }, [{ subject: deployment(`d${index}`) }]);
    const [finding] = [...analyzer.analyze({} as never)];
    if (finding === undefined) throw new Error('no finding');
    return { index, finding, meta: analyzer.meta };
  });
  const from = nodes.map((node): readonly CausalLink[] =>
    arcs.flatMap(([source, target]) => {
      const to = nodes[target];
      return source !== node.index || to === undefined || to === node
        ? []
        : [{ from: node, to, mechanism: 'image', via: [] }];
    }),
  );
  return { nodes, links: { from, steps: 0 } };
}

/** Everything that can be reached from a finding, itself included. */
function reachable({ arcs }: Case, start: number): ReadonlySet<number> {
  const seen = new Set([start]);
  for (const at of seen) for (const [source, target] of arcs) if (source === at) seen.add(target);
  return seen;
}

/** The roots by the definition: those of whatever lies beyond the finding's own circle, else the faults of that circle. */
function rootsByDefinition(given: Case, size: number): readonly (readonly number[])[] {
  const reach = Array.from({ length: size }, (_, index) => reachable(given, index));
  const roots: number[][] = [];
  const order = reach.map((_, index) => index).toSorted((a, b) => (reach[a]?.size ?? 0) - (reach[b]?.size ?? 0));
  for (const index of order) {
    const circle = [...(reach[index] ?? [])].filter((other) => reach[other]?.has(index) === true);
    const beyond = [...(reach[index] ?? [])].filter((other) => !circle.includes(other));
    const inherited = new Set(beyond.flatMap((other) => roots[other] ?? []));
    const own = circle.filter((other) => given.faults[other] === true);
    roots[index] = (inherited.size > 0 ? [...inherited] : own).toSorted((a, b) => a - b);
  }
  return roots;
}

describe('findRootCauses', () => {
  test('the roots of a finding are the faults at the ends of its ways', () => {
    assert(
      property(cases, (given) => {
        const { nodes, links } = build(given);
        const found = findRootCauses(nodes, links).rootsOf.map((roots) => [...roots].toSorted((a, b) => a - b));
        expect(found).toEqual(rootsByDefinition(given, nodes.length));
      }),
    );
  });

  test('every explained finding is told under exactly one of its roots, every root under itself', () => {
    assert(
      property(cases, (given) => {
        const { nodes, links } = build(given);
        const { roots, rootsOf, primary } = findRootCauses(nodes, links);
        const told = nodes.map(({ index }) => {
          const root = primary.get(index);
          return root === undefined ? rootsOf[index]?.size === 0 : rootsOf[index]?.has(root);
        });
        expect(told).toEqual(nodes.map(() => true));
        expect(roots.map(({ index }) => primary.get(index))).toEqual(roots.map(({ index }) => index));
      }),
    );
  });
});
