import { type Container, type Pod, type PodSpec } from '@kroot/types';
import { parseQuantity } from '../quantity.ts';
import { podRequests } from './pod-requests.ts';
import { type SchedulingChange } from './scheduling-change.ts';

/** The pod after the changes that are its own; undefined when its requests cannot be made that small. */
export function changedPod(pod: Pod, changes: readonly SchedulingChange[]): Pod | undefined {
  let { spec } = pod;
  for (const change of changes) {
    spec = changedSpec(spec, change);
    if (change.kind === 'reduce-request' && (podRequests(spec).get(change.resource) ?? 0n) > change.to)
      return undefined;
  }
  return { ...pod, spec };
}

function changedSpec(spec: PodSpec, change: SchedulingChange): PodSpec {
  if (change.kind === 'add-toleration') {
    const { key, value, effect } = change;
    return { ...spec, tolerations: [...(spec.tolerations ?? []), { key, operator: 'Equal', value, effect }] };
  }
  if (change.kind === 'drop-node-name') return { ...spec, nodeName: '' };
  if (change.kind === 'drop-selector') {
    const kept = Object.entries(spec.nodeSelector ?? {}).filter(([key]) => key !== change.key);
    return { ...spec, nodeSelector: Object.fromEntries(kept) };
  }
  if (change.kind === 'drop-affinity') return { ...spec, affinity: { ...spec.affinity, nodeAffinity: {} } };
  if (change.kind === 'prefer-anti-affinity') {
    return { ...spec, affinity: { ...spec.affinity, podAntiAffinity: withoutTerms(spec, change.topologyKey) } };
  }
  if (change.kind === 'relax-spread') {
    return { ...spec, topologySpreadConstraints: relaxed(spec, change.topologyKey, change.maxSkew) };
  }
  if (change.kind !== 'reduce-request') return spec;
  return { ...spec, containers: smaller(spec.containers, change.resource, change.by) };
}

type AntiAffinity = NonNullable<NonNullable<PodSpec['affinity']>['podAntiAffinity']>;

function withoutTerms(spec: PodSpec, topologyKey: string): AntiAffinity {
  const terms = spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return { requiredDuringSchedulingIgnoredDuringExecution: terms.filter((term) => term.topologyKey !== topologyKey) };
}

type Spread = NonNullable<PodSpec['topologySpreadConstraints']>;

function relaxed(spec: PodSpec, topologyKey: string, maxSkew: number): Spread {
  return (spec.topologySpreadConstraints ?? []).map((constraint) =>
    constraint.topologyKey === topologyKey
      ? { ...constraint, maxSkew: Math.max(maxSkew, constraint.maxSkew) }
      : constraint,
  );
}

/** Takes an amount from the containers that request most. */
function smaller(containers: readonly Container[], resource: string, by: bigint): readonly Container[] {
  let left = by;
  const amounts = containers.map((container, index) => ({ index, own: requestOf(container, resource) }));
  const reduced = new Map<number, bigint>();
  for (const { index, own } of amounts.toSorted((a, b) => Number(b.own - a.own))) {
    const less = own < left ? own : left;
    left -= less;
    if (less > 0n) reduced.set(index, own - less);
  }
  return containers.map((container, index) => {
    const amount = reduced.get(index);
    if (amount === undefined) return container;
    const requests = { ...container.resources?.requests, [resource]: `${amount}m` };
    return { ...container, resources: { ...container.resources, requests } };
  });
}

function requestOf({ resources }: Container, resource: string): bigint {
  const requests = resources?.requests ?? {};
  return (Object.hasOwn(requests, resource) ? parseQuantity(requests[resource] ?? '') : undefined) ?? 0n;
}
