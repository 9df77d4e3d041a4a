import { type LabelSelectorRequirement, type Node, type Pod, type PodAffinityTerm, type Snapshot } from '@kroot/types';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { node, pod } from './objects.test.support.ts';
import { nearestNode } from './nearest-node.ts';
import { type SchedulingChange } from './scheduling-change.ts';
import { replayScheduling } from './replay.ts';

/*
 * Random small clusters against an evaluator that is written straight from the documentation: no indexes, no sharing,
 * one yes or no for a node.
 */

const value = fc.constantFrom('a', 'b', '1', '5');
const key = fc.constantFrom('zone', 'disk');
const labels = fc.dictionary(key, value, { maxKeys: 2 });
const app = fc.constantFrom('x', 'y');
const requirement = fc.record({
  key,
  operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'),
  values: fc.array(value, { minLength: 1, maxLength: 2 }),
});
const taint = fc.record({
  key: fc.constantFrom('t', 'u'),
  value,
  effect: fc.constantFrom('NoSchedule', 'NoExecute', 'PreferNoSchedule'),
});
const toleration = fc.record(
  {
    key: fc.constantFrom('t', 'u', ''),
    operator: fc.constantFrom('Exists', 'Equal'),
    value,
    effect: fc.constantFrom('', 'NoSchedule', 'NoExecute'),
  },
  { requiredKeys: [] },
);
const term: fc.Arbitrary<PodAffinityTerm> = fc.record({
  topologyKey: fc.constantFrom('zone', 'kubernetes.io/hostname'),
  labelSelector: app.map((name) => ({ matchLabels: { app: name } })),
});
const terms = fc.array(term, { maxLength: 1 });
const spread = fc.record({
  maxSkew: fc.integer({ min: 1, max: 2 }),
  topologyKey: fc.constantFrom('zone', 'kubernetes.io/hostname'),
  whenUnsatisfiable: fc.constant('DoNotSchedule'),
  labelSelector: app.map((name) => ({ matchLabels: { app: name } })),
  minDomains: fc.integer({ min: 1, max: 3 }),
});
const spec = fc
  .record({
    cpu: fc.integer({ min: 0, max: 3 }),
    hostPort: fc.constantFrom(0, 0, 80),
    nodeSelector: fc.dictionary(key, value, { maxKeys: 1 }),
    expressions: fc.array(fc.array(requirement, { maxLength: 2 }), { maxLength: 2 }),
    tolerations: fc.array(toleration, { maxLength: 2 }),
    affinity: terms,
    anti: terms,
    spread: fc.array(spread, { maxLength: 1 }),
  })
  .map((parts) => ({
    containers: [
      {
        name: 'c',
        resources: { requests: { cpu: String(parts.cpu) } },
        ports: [{ containerPort: 80, hostPort: parts.hostPort }],
      },
    ],
    nodeSelector: parts.nodeSelector,
    tolerations: parts.tolerations,
    topologySpreadConstraints: parts.spread,
    affinity: {
      ...(parts.expressions.length === 0
        ? {}
        : {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: parts.expressions.map((matchExpressions) => ({ matchExpressions })),
              },
            },
          }),
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: parts.affinity },
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: parts.anti },
    },
  }));

const nodes = fc.array(
  fc.record({
    labels,
    unschedulable: fc.boolean(),
    taints: fc.array(taint, { maxLength: 1 }),
    pods: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 4 },
);
const placed = fc.array(
  fc.record({ on: fc.nat(4), spec, app, phase: fc.constantFrom('Running', 'Running', 'Succeeded') }),
  { maxLength: 5 },
);

const cluster = fc.record({ nodes, placed, spec, app }).map((parts) => {
  const made = parts.nodes.map((entry, index) =>
    node(
      `n${index}`,
      entry.labels,
      { unschedulable: entry.unschedulable, taints: entry.taints },
      { cpu: '4', pods: String(entry.pods) },
    ),
  );
  const others = parts.placed.map((entry, index) =>
    pod(`q${index}`, { ...entry.spec, nodeName: `n${entry.on}` }, { app: entry.app }, { phase: entry.phase }),
  );
  const waiting = pod('p', parts.spec, { app: parts.app });
  return { made, others, waiting, snapshot: snapshotOf([...made, ...others, waiting]) };
});

describe('replayScheduling', () => {
  it('agrees with a naive evaluator', () => {
    fc.assert(
      fc.property(cluster, ({ made, others, waiting, snapshot }) => {
        const expected = made
          .filter((entry) => fits(waiting, entry, made, others))
          .map(({ metadata }) => metadata.name);
        const replay = replayScheduling(snapshot, waiting);
        expect(replay.feasible.map(({ name }) => name)).toEqual(expected);
      }),
      { numRuns: 1500 },
    );
  });
});

describe('nearestNode', () => {
  it('names changes that make the pod fit, when they are of the node or of the pod itself', () => {
    fc.assert(
      fc.property(cluster, ({ made, others, waiting, snapshot }) => {
        const nearest = nearestNode(replayScheduling(snapshot, waiting));
        if (nearest === undefined || !nearest.changes.every(({ kind }) => APPLICABLE.has(kind))) return;
        const [changedNode, changedPod] = apply(nearest.node.name, made, waiting, nearest.changes);
        const rest = made.filter(({ metadata }) => metadata.name !== nearest.node.name);
        const after: Snapshot = snapshotOf([changedNode, ...rest, ...others, changedPod]);
        const names = replayScheduling(after, changedPod).feasible.map(({ name }) => name);
        expect(names).toContain(nearest.node.name);
      }),
      { numRuns: 1000 },
    );
  });
});

const APPLICABLE: ReadonlySet<string> = new Set(['uncordon', 'add-toleration', 'reduce-request']);

function apply(
  name: string,
  made: readonly Node[],
  waiting: Pod,
  changes: readonly SchedulingChange[],
): readonly [Node, Pod] {
  const target = made.find(({ metadata }) => metadata.name === name) ?? node(name);
  const uncordoned = changes.some(({ kind }) => kind === 'uncordon');
  const added = changes.flatMap((change) =>
    change.kind === 'add-toleration' ? [{ key: change.key, value: change.value, effect: change.effect }] : [],
  );
  const [smaller] = changes.flatMap((change) => (change.kind === 'reduce-request' ? [`${change.to}m`] : []));
  const containers = waiting.spec.containers.map((container) =>
    smaller === undefined ? container : { ...container, resources: { requests: { cpu: smaller } } },
  );
  return [
    uncordoned ? { ...target, spec: { ...target.spec, unschedulable: false } } : target,
    { ...waiting, spec: { ...waiting.spec, containers, tolerations: [...(waiting.spec.tolerations ?? []), ...added] } },
  ];
}

function fits(waiting: Pod, target: Node, all: readonly Node[], others: readonly Pod[]): boolean {
  const living = others.filter((other) => other.status?.phase !== 'Succeeded');
  const here = living.filter((other) => other.spec.nodeName === target.metadata.name);
  return (
    !isCordoned(waiting, target) &&
    toleratesAll(waiting, target) &&
    asksFor(waiting, target) &&
    hasRoom(waiting, target, here) &&
    !here.some((other) => port(other) === 80 && port(waiting) === 80) &&
    likesPods(waiting, target, all, living) &&
    isSpread(waiting, target, all, living)
  );
}

function isCordoned(waiting: Pod, target: Node): boolean {
  const lifted = (waiting.spec.tolerations ?? []).some((one) =>
    covers(one, 'node.kubernetes.io/unschedulable', '', 'NoSchedule'),
  );
  return target.spec?.unschedulable === true && !lifted;
}

function covers(
  one: { key?: string; operator?: string; value?: string; effect?: string },
  taintKey: string,
  taintValue: string,
  effect: string,
): boolean {
  const sameKey = one.key === undefined || one.key === '' || one.key === taintKey;
  const sameEffect = one.effect === undefined || one.effect === '' || one.effect === effect;
  return sameKey && sameEffect && (one.operator === 'Exists' || (one.value ?? '') === taintValue);
}

function toleratesAll(waiting: Pod, target: Node): boolean {
  for (const { key: taintKey, value: taintValue = '', effect } of target.spec?.taints ?? []) {
    if (effect === 'PreferNoSchedule') continue;
    if (!(waiting.spec.tolerations ?? []).some((one) => covers(one, taintKey, taintValue, effect))) return false;
  }
  return true;
}

function asksFor(waiting: Pod, target: Node): boolean {
  const has = new Map(Object.entries(target.metadata.labels ?? {}));
  const selected = Object.entries(waiting.spec.nodeSelector ?? {}).every(([name, wanted]) => has.get(name) === wanted);
  const alternatives =
    waiting.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (alternatives === undefined) return selected;
  return (
    selected &&
    alternatives.some(
      ({ matchExpressions = [] }) => matchExpressions.length > 0 && matchExpressions.every((one) => holds(one, has)),
    )
  );
}

function holds(
  { key: name, operator, values = [] }: LabelSelectorRequirement,
  has: ReadonlyMap<string, string>,
): boolean {
  const own = has.get(name);
  const isNumber = own !== undefined && /^\d+$/.test(own) && values.length === 1 && /^\d+$/.test(values[0] ?? '');
  if (operator === 'In') return own !== undefined && values.includes(own);
  if (operator === 'NotIn') return own === undefined || !values.includes(own);
  if (operator === 'Exists') return own !== undefined;
  if (operator === 'DoesNotExist') return own === undefined;
  return isNumber && (operator === 'Gt' ? Number(own) > Number(values[0]) : Number(own) < Number(values[0]));
}

function cpu(one: Pod): number {
  return Number(one.spec.containers[0]?.resources?.requests?.['cpu'] ?? 0);
}

function port(one: Pod): number {
  return one.spec.containers[0]?.ports?.[0]?.hostPort ?? 0;
}

function hasRoom(waiting: Pod, target: Node, here: readonly Pod[]): boolean {
  if (here.length + 1 > Number(target.status?.allocatable?.['pods'])) return false;
  const used = here.reduce((sum, other) => sum + cpu(other), 0);
  return cpu(waiting) === 0 || used + cpu(waiting) <= 4;
}

function domain(target: Node | undefined, topologyKey: string): string | undefined {
  return target?.metadata.labels?.[topologyKey];
}

function selects(one: { readonly labelSelector?: PodAffinityTerm['labelSelector'] }, other: Pod): boolean {
  return one.labelSelector?.matchLabels?.['app'] === other.metadata.labels?.['app'];
}

function required(one: Pod, which: 'podAffinity' | 'podAntiAffinity'): readonly PodAffinityTerm[] {
  return one.spec.affinity?.[which]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

function likesPods(waiting: Pod, target: Node, all: readonly Node[], living: readonly Pod[]): boolean {
  const nodeOf = (other: Pod) => all.find(({ metadata }) => metadata.name === other.spec.nodeName);
  const onNodes = living.filter((other) => nodeOf(other) !== undefined);
  const together = (one: PodAffinityTerm, other: Pod) => {
    const mine = domain(target, one.topologyKey);
    return mine !== undefined && mine === domain(nodeOf(other), one.topologyKey);
  };
  const wanted = required(waiting, 'podAffinity').every((one) => {
    if (domain(target, one.topologyKey) === undefined) return false;
    const matching = onNodes.filter(
      (other) => selects(one, other) && domain(nodeOf(other), one.topologyKey) !== undefined,
    );
    return matching.length === 0 ? selects(one, waiting) : matching.some((other) => together(one, other));
  });
  const shunned = required(waiting, 'podAntiAffinity').some((one) =>
    onNodes.some((other) => selects(one, other) && together(one, other)),
  );
  const shunning = onNodes.some((other) =>
    required(other, 'podAntiAffinity').some((one) => selects(one, waiting) && together(one, other)),
  );
  return wanted && !shunned && !shunning;
}

function isSpread(waiting: Pod, target: Node, all: readonly Node[], living: readonly Pod[]): boolean {
  return (waiting.spec.topologySpreadConstraints ?? []).every((one) => {
    const mine = domain(target, one.topologyKey);
    if (mine === undefined) return false;
    const counts = new Map<string, number>();
    for (const candidate of all) {
      const name = domain(candidate, one.topologyKey);
      if (name === undefined || !asksFor(waiting, candidate)) continue;
      const matching = living.filter((other) => other.spec.nodeName === candidate.metadata.name && selects(one, other));
      counts.set(name, (counts.get(name) ?? 0) + matching.length);
    }
    const fewest = counts.size < (one.minDomains ?? 1) ? 0 : Math.min(...counts.values());
    return (counts.get(mine) ?? 0) + (selects(one, waiting) ? 1 : 0) - fewest <= one.maxSkew;
  });
}
