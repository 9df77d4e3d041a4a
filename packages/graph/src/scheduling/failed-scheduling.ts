import { type SchedulerPlugin } from './rejection.ts';

/** One entry of the scheduler's histogram: so many nodes gave this reason. */
export interface SchedulingReason {
  readonly count: number;
  readonly text: string;
  /** The plugin that says so; absent for wording that is not known. */
  readonly plugin?: SchedulerPlugin;
  /** For NodeResourcesFit: the resource, `pods` for the number of pods. */
  readonly resource?: string;
  /** For TaintToleration, where the wording still has it (newer schedulers leave it out). */
  readonly taint?: { readonly key: string; readonly value: string };
}

/** What preemption said about the nodes. */
export interface PreemptionOutcome {
  readonly text: string;
  /** How preemption judged the nodes; empty when it did not look. */
  readonly reasons: readonly SchedulingReason[];
}

/** A FailedScheduling event or a PodScheduled condition, taken apart. */
export interface FailedScheduling {
  /** Nodes in the cluster then. */
  readonly total: number;
  /** Set when a check of the pod alone failed, before any node was looked at. */
  readonly preFilter?: SchedulingReason;
  /** Counts may add up to more than `total`: a node gives each of its reasons. */
  readonly reasons: readonly SchedulingReason[];
  readonly preemption?: PreemptionOutcome;
}

/**
 * Takes the scheduler's message apart, in the wording of all versions; undefined when it is no such message.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/scheduler/framework/types.go (FitError.Error)
 */
export function parseFailedScheduling(message: string): FailedScheduling | undefined {
  const text = message.replace(/^\(combined from similar events\): /, '').trim();
  if (/^no nodes available to schedule pods\.?$/.test(text)) return { total: 0, reasons: [] };
  const start = /^\d+\/(\d+) nodes are available:? ?/.exec(text);
  if (start === null) return undefined;
  const total = Number(start[1]);
  const body = text.slice(start[0].length);
  const at = body.search(/(?<=^|\s)preemption: /);
  const filtered = withoutRemarks(at === -1 ? body : body.slice(0, at));
  const preemption = at === -1 ? {} : { preemption: parsePreemption(body.slice(at + 'preemption: '.length)) };
  if (filtered === '') return { total, reasons: [], ...preemption };
  if (/^\d+ /.test(filtered)) return { total, reasons: parseHistogram(filtered), ...preemption };
  return { total, preFilter: explainReason(total, filtered), reasons: [], ...preemption };
}

/**
 * The statement itself, which always ends in a full stop, without what PostFilter plugins append: `no new claims to
 * deallocate, `, `still not schedulable`, or the stray `not found` after a failed check of the pod.
 */
function withoutRemarks(text: string): string {
  const trimmed = text.trimEnd();
  const end = trimmed.endsWith('.') ? -1 : trimmed.lastIndexOf('. ');
  const statement = end === -1 ? trimmed : trimmed.slice(0, end);
  return statement.replace(/\.+$/, '');
}

function parsePreemption(text: string): PreemptionOutcome {
  const start = /^\d+\/\d+ nodes are available:? ?/.exec(text);
  const statement = text.slice(start?.[0].length ?? 0).replace(/\.+$/, '');
  return { text: statement, reasons: start === null ? [] : parseHistogram(statement) };
}

/** Reasons may hold commas themselves; only one before a number separates. */
function parseHistogram(text: string): readonly SchedulingReason[] {
  return text.split(/, (?=\d+ )/).flatMap((entry) => {
    const match = /^(\d+) ([^]+)$/.exec(entry);
    return match === null ? [] : [explainReason(Number(match[1]), match[2] ?? '')];
  });
}

/** Wordings by plugin, old and new. */
const WORDINGS: readonly (readonly [pattern: RegExp, plugin: SchedulerPlugin])[] = [
  [/^Insufficient \S/, 'NodeResourcesFit'],
  [/^Too many pods/, 'NodeResourcesFit'],
  [/^node\(s\) had (an )?untolerated taint/, 'TaintToleration'],
  [/^node\(s\) had taints? /, 'TaintToleration'],
  [/^node\(s\) were unschedulable/, 'NodeUnschedulable'],
  [/^node\(s\) didn't match the requested (node name|hostname)/, 'NodeName'],
  [/^node\(s\) didn't match (pod|Pod's|scheduler-enforced) (node )?affinity\/selector/, 'NodeAffinity'],
  [/^node\(s\) didn't match (the )?(Pod's |scheduler-enforced )?node (affinity|selector)/, 'NodeAffinity'],
  [/^node\(s\) didn't match (pod )?(affinity|anti-affinity)/, 'InterPodAffinity'],
  [/^node\(s\) didn't (satisfy|match) existing pods anti-affinity/, 'InterPodAffinity'],
  [/^node\(s\) didn't match pod topology spread constraints/, 'PodTopologySpread'],
  [/^node\(s\) didn't have free ports/, 'NodePorts'],
  [/^node\(s\) had volume node affinity conflict/, 'VolumeBinding'],
  [/^node\(s\) didn't match PersistentVolume's node affinity/, 'VolumeBinding'],
  [/^node\(s\) didn't find available persistent volumes to bind/, 'VolumeBinding'],
  [/^node\(s\) did(n't| not) have enough free storage/, 'VolumeBinding'],
  [/^node\(s\) unavailable due to (one or more pvc\(s\) bound to )?non-existent pv/i, 'VolumeBinding'],
  [/^pod has (\S+ )?unbound (immediate )?PersistentVolumeClaims/, 'VolumeBinding'],
  [/^(waiting for ephemeral volume controller to create the )?persistentvolumeclaim "/, 'VolumeBinding'],
  [/^node\(s\) exceed max volume count/, 'NodeVolumeLimits'],
  [/^node\(s\) had no available volume zone/, 'VolumeZone'],
  [/^node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod/, 'VolumeRestrictions'],
  [
    /^pod uses a ReadWriteOncePod PersistentVolumeClaim|ReadWriteOncePod access mode already in-use/,
    'VolumeRestrictions',
  ],
  [/^node\(s\) had no available disk/, 'VolumeRestrictions'],
  [/^(cannot allocate all claims|waiting for (dynamic )?resource ?claim|resourceclaim )/i, 'DynamicResources'],
  [/^waiting for scheduling gates: /, 'SchedulingGates'],
];

const PLUGINS: ReadonlySet<string> = new Set<SchedulerPlugin>(WORDINGS.map(([, plugin]) => plugin));

function explainReason(count: number, text: string): SchedulingReason {
  const plugin = pluginOf(text);
  if (plugin === undefined) return { count, text };
  if (plugin === 'NodeResourcesFit') {
    const resource = text.startsWith('Too many pods') ? 'pods' : text.slice('Insufficient '.length);
    return { count, text, plugin, resource };
  }
  const braces = plugin === 'TaintToleration' ? /\{([^:{}]+): ?([^{}]*)\}/.exec(text) : null;
  if (braces === null) return { count, text, plugin };
  return { count, text, plugin, taint: { key: braces[1] ?? '', value: (braces[2] ?? '').trim() } };
}

function pluginOf(text: string): SchedulerPlugin | undefined {
  const known = WORDINGS.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  // "node(s) didn't satisfy plugin(s) [NodeAffinity]": the checks of the pod left none of these nodes over.
  const named = /didn't satisfy plugin\(?s?\)? \[([A-Za-z]+)[^\]]*\]/.exec(text)?.[1];
  return named !== undefined && isPlugin(named) ? named : undefined;
}

function isPlugin(name: string): name is SchedulerPlugin {
  return PLUGINS.has(name);
}
