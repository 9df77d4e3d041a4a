import { matchesLabelSelector, refOf, topOwner } from '@kroot/graph';
import { refKey, type LabelSelector, type LabelSelectorRequirement, type Snapshot } from '@kroot/types';
import { McpError } from '../errors.ts';

const LABELLED: readonly string[] = [
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
  'Service',
  'Ingress',
];

/** The keys of the objects that a selector selects, and of the workloads of those pods. */
export function selected(snapshot: Snapshot, text: string): ReadonlySet<string> {
  const selector = parseSelector(text);
  const found = new Set<string>();
  for (const kind of LABELLED) {
    for (const object of snapshot.list(kind)) {
      if (!matchesLabelSelector(selector, object.metadata.labels)) continue;
      found.add(refKey(refOf(object)));
      if (kind === 'Pod') found.add(refKey(topOwner(snapshot, object)));
    }
  }
  if (found.size === 0) throw new McpError(`no pod, workload, Service or Ingress has labels that match "${text}"`);
  return found;
}

/**
 * Reads a selector as `kubectl -l` takes it: `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
function parseSelector(text: string): LabelSelector {
  const parts = text.split(/,(?![^()]*\))/).map((part) => part.trim());
  return { matchExpressions: parts.map((part) => requirement(part, text)) };
}

const KEY = String.raw`[A-Za-z0-9](?:[\w.\/-]*[A-Za-z0-9])?`;
const SET = new RegExp(String.raw`^(?<key>${KEY})\s+(?<operator>in|notin)\s*\((?<values>[^()]*)\)$`);
const EQUAL = new RegExp(String.raw`^(?<key>${KEY})\s*(?<operator>==?|!=)\s*(?<value>[\w.-]*)$`);
const EXISTS = new RegExp(String.raw`^(?<not>!\s*)?(?<key>${KEY})$`);

function requirement(part: string, whole: string): LabelSelectorRequirement {
  const set = SET.exec(part)?.groups;
  if (set !== undefined) {
    const values = (set['values'] ?? '').split(',').map((value) => value.trim());
    return { key: set['key'] ?? '', operator: set['operator'] === 'in' ? 'In' : 'NotIn', values };
  }
  const equal = EQUAL.exec(part)?.groups;
  if (equal !== undefined) {
    const operator = equal['operator'] === '!=' ? 'NotIn' : 'In';
    return { key: equal['key'] ?? '', operator, values: [equal['value'] ?? ''] };
  }
  const exists = EXISTS.exec(part)?.groups;
  if (exists === undefined) throw new McpError(`"${whole}" is no label selector: write one such as app=web,tier!=test`);
  return { key: exists['key'] ?? '', operator: exists['not'] === undefined ? 'Exists' : 'DoesNotExist' };
}
