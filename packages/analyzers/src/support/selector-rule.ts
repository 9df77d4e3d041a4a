import { formatLabels, refOf, serviceEndpoints, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  sameRef,
  type AnalyzerContext,
  type AnalyzerMeta,
  type Evidence,
  type Finding,
  type Fix,
  type Severity,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from './evidence.ts';
import { inWords, kubectl, kubectlName } from './kubectl.ts';
import { needEvidence, needWords, type Needer } from './needer.ts';
import { optional } from './optional.ts';
import { fittedBefore, leavesPodsAlone, type LabelDifference, type SelectorMiss } from './selector-miss.ts';
import { isNeeded, needersOf } from './service-need.ts';
import { jsonPatch, pointer } from './template-patch.ts';
import { counted, listed } from './words.ts';

/** What a selector that fits nothing stops in others, for both rules. */
export const SELECTOR_BREAKS: NonNullable<AnalyzerMeta['breaks']> = [
  'endpoints',
  'route',
  'dependency',
  'name-resolution',
  'admission',
  'extension-api',
  'metrics',
];

/** The finding about a selector that fits no pod, for both rules. */
export function selectorFinding(
  context: AnalyzerContext,
  rule: string,
  miss: SelectorMiss,
  words: { readonly message: string; readonly cause: string },
): Finding {
  const { snapshot } = context;
  const { service, selector } = miss;
  const subject = refOf(service);
  const needers = needersOf(context, service);
  const endpoints = serviceEndpoints(snapshot, service);
  const stated = endpoints.source === 'EndpointSlice' || endpoints.source === 'Endpoints';
  const pods = snapshot.list('Pod', service.metadata.namespace).length;
  const evidence: Evidence[] = [
    fromSpec(subject, 'spec.selector', formatLabels(selector)),
    computed(subject, `fits 0 of the ${counted(pods, 'pod')} of namespace ${service.metadata.namespace ?? ''}`),
    ...(stated
      ? [computed(subject, `its ${endpoints.source} ${endpoints.source === 'Endpoints' ? 'hold' : 'holds'} no address`)]
      : []),
    ...needEvidence(needers),
  ];
  const need = needWords(needers);
  return {
    rule,
    subject,
    severity: severityOf(snapshot, miss, needers, stated),
    confidence: CONFIDENCE.proved,
    ...optional('since', changedAt(miss)),
    message: words.message,
    cause: `${words.cause}${need === undefined ? '' : `, and ${need}`}.`,
    detail: { selector: formatLabels(selector) },
    evidence,
    fixes: fixesOf(miss),
    ...notesOf(snapshot, miss, needers),
  };
}

function severityOf(snapshot: Snapshot, miss: SelectorMiss, needers: readonly Needer[], stated: boolean): Severity {
  if (miss.dynamic || isControlled(miss)) return 'info';
  // That it is published outside says little where no pod comes near it: such Services get left behind.
  const users = needers.filter(({ ref }) => miss.nearest !== undefined || !sameRef(ref, refOf(miss.service)));
  if (isNeeded(users)) return stated ? 'critical' : 'warning';
  const isMistake =
    leavesPodsAlone(snapshot, miss) || fittedBefore(snapshot, miss) !== undefined || changedAt(miss) !== undefined;
  return needers.length > 0 || isMistake ? 'warning' : 'info';
}

/** An operator made the Service: it may be waiting for its turn, and nobody else may edit it for long. */
function isControlled({ service }: SelectorMiss): boolean {
  return (service.metadata.ownerReferences ?? []).some(({ controller }) => controller === true);
}

const AT_ONCE = 60_000;

/** When the Service was changed after it had been made, as far as the change clock tells. */
function changedAt({ service }: SelectorMiss): string | undefined {
  const created = timeOf(service.metadata.creationTimestamp);
  return (service.metadata.changes ?? []).find(({ time, paths, subresource }) => {
    const at = timeOf(time);
    const later = at !== undefined && created !== undefined && at - created > AT_ONCE;
    return (
      later && subresource === undefined && paths.some((path) => path === 'spec' || path.startsWith('spec.selector'))
    );
  })?.time;
}

function fixesOf({ service, nearest, extra, dynamic }: SelectorMiss): readonly Fix[] {
  const subject = refOf(service);
  const look: Fix = {
    summary: `Compare the selector of ${inWords(subject)} with the labels of the pods`,
    steps: ['Find the pods that should be behind the Service, and make the selector and their labels the same.'],
    commands: [
      kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'jsonpath={.spec.selector}'),
      kubectl(subject.namespace, 'get', 'pods', '--show-labels'),
    ],
    effect: 'none',
    where: 'cluster',
  };
  if (nearest === undefined || dynamic) return [look];
  const differing = extra === undefined ? nearest.differs : nearest.differs.filter(({ key }) => key === extra.key);
  const operations = differing.map(({ key, has }) =>
    has === undefined
      ? ({ op: 'remove', path: `/spec/selector/${pointer(key)}` } as const)
      : ({ op: 'replace', path: `/spec/selector/${pointer(key)}`, value: has } as const),
  );
  // An empty selector would select nothing at all: then the labels of the pods are what has to change.
  const emptied =
    operations.every(({ op }) => op === 'remove') &&
    operations.length === Object.keys(service.spec?.selector ?? {}).length;
  if (operations.length === 0 || emptied) return [look];
  return [
    {
      summary: `Make the selector of ${inWords(subject)} fit the pods of ${inWords(nearest.owner)}`,
      steps: differing.map(stepOf),
      commands: [jsonPatch(subject, operations)],
      effect: 'change',
      where: 'cluster',
    },
    look,
  ];
}

function stepOf({ key, wanted, has }: LabelDifference): string {
  return has === undefined ? `Remove ${key}=${wanted} from the selector.` : `Change ${key} from ${wanted} to ${has}.`;
}

/** `app=cart (the pods have app=carts)`, for sentences. */
export function differenceWords({ key, wanted, has }: LabelDifference): string {
  return has === undefined
    ? `${key}=${wanted} (they have no label ${key})`
    : `${key}=${wanted} (they have ${key}=${has})`;
}

function notesOf(snapshot: Snapshot, miss: SelectorMiss, needers: readonly Needer[]): Pick<Finding, 'notes'> {
  const notes: string[] = [];
  const before = fittedBefore(snapshot, miss);
  if (before !== undefined)
    notes.push(
      `The template of ${inWords(before)} still has the labels that the Service selects: the labels of its workload were changed later.`,
    );
  if (miss.dynamic)
    notes.push(
      'Some label of the selector is set on pods while they run (a leader mark, for instance), so it may come and go.',
    );
  if (isControlled(miss)) notes.push('A controller owns the Service: it decides about the selector.');
  if (needers.length === 0) notes.push('Nothing in the snapshot is known to use the Service.');
  const namespace = miss.service.metadata.namespace;
  const partly = ['Deployment', 'StatefulSet', 'DaemonSet'].filter(
    (kind) => snapshot.coverage.state(kind, namespace) !== 'complete',
  );
  if (partly.length > 0 && miss.nearest === undefined)
    notes.push(`Not all workloads are known (${listed(partly)}): one that is scaled to zero may fit the selector.`);
  return notes.length === 0 ? {} : { notes };
}
