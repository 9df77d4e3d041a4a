import { type SchedulingReason } from './failed-scheduling.ts';
import { type Rejection, type SchedulingReplay } from './rejection.ts';

/** What the scheduler states, in a form that a replay and all wordings share. */
export interface StatedReason {
  /** Plugin, with the resource or sort of refusal where its wording tells it. */
  readonly reason: string;
  readonly count: number;
}

/**
 * What the scheduler would state for a replay: of each node the reasons of the first plugin that refuses (all resources
 * that are short, else one), by reason; a check of the pod alone comes before all nodes.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/types.go (FitError.Error)
 */
export function statedReasons({ everywhere, nodes }: SchedulingReplay): readonly StatedReason[] {
  const first = everywhere.find(({ plugin }) => plugin !== 'VolumeRestrictions');
  if (first !== undefined) return [{ reason: first.plugin, count: nodes.length }];
  const counts = new Map<string, number>();
  for (const { rejections } of nodes) {
    const all = rejections.filter(({ plugin }) => EARLY.has(plugin)).concat(everywhere);
    const own = firstOf(all.length > 0 ? all : rejections);
    for (const reason of new Set(own.map((one) => nameOf(one)))) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return sorted(counts);
}

/** Plugins before VolumeRestrictions, which asks nothing of a node but comes in its turn all the same. */
const EARLY: ReadonlySet<Rejection['plugin']> = new Set([
  'NodeUnschedulable',
  'NodeName',
  'TaintToleration',
  'NodeAffinity',
  'NodePorts',
  'NodeResourcesFit',
]);

/** Plugins that state everything that they find. */
const THOROUGH: ReadonlySet<Rejection['plugin']> = new Set(['NodeResourcesFit', 'VolumeBinding']);

function firstOf(rejections: readonly Rejection[]): readonly Rejection[] {
  const [first] = rejections;
  if (first === undefined || !THOROUGH.has(first.plugin)) return rejections.slice(0, 1);
  return rejections.filter(({ plugin }) => plugin === first.plugin);
}

/** The reasons of a message in the same form; those that no plugin is known for keep their words. */
export function reasonsOfMessage(reasons: readonly SchedulingReason[]): readonly StatedReason[] {
  const counts = new Map<string, number>();
  for (const stated of reasons) {
    const reason = nameOfWords(stated);
    counts.set(reason, (counts.get(reason) ?? 0) + stated.count);
  }
  return sorted(counts);
}

function sorted(counts: ReadonlyMap<string, number>): readonly StatedReason[] {
  return [...counts].map(([reason, count]) => ({ reason, count })).toSorted((a, b) => (a.reason < b.reason ? -1 : 1));
}

function nameOf(rejection: Rejection): string {
  const { plugin } = rejection;
  if (plugin === 'NodeResourcesFit') return `${plugin}/${rejection.resource}`;
  if (plugin === 'InterPodAffinity') return `${plugin}/${rejection.kind}`;
  if (plugin === 'PodTopologySpread') return `${plugin}/${rejection.kind}`;
  return plugin;
}

function nameOfWords({ plugin, resource, text }: SchedulingReason): string {
  if (plugin === undefined) return text;
  if (plugin === 'NodeResourcesFit') return `${plugin}/${resource ?? ''}`;
  if (plugin === 'PodTopologySpread')
    return `${plugin}/${/missing required label/.test(text) ? 'missing-label' : 'skew'}`;
  if (plugin !== 'InterPodAffinity') return plugin;
  if (/existing pods/.test(text)) return `${plugin}/existing-anti-affinity`;
  return `${plugin}/${/anti-affinity/.test(text) ? 'anti-affinity' : 'affinity'}`;
}
