import { type Finding, type LabelSelector, type ResourceRef, type Service, type Snapshot } from '@kroot/types';
import { fitsCustomPods } from './custom-objects.ts';

/** Rules on selectors that select nothing. */
const SELECTING: ReadonlySet<string> = new Set([
  'svc-selector-no-match',
  'svc-selector-partial-extra-key',
  'pdb-no-pods',
  'np-peer-selector-matches-nothing',
]);

/** Whether a rule is on selectors that select nothing. */
export function isSelecting(rule: string): boolean {
  return SELECTING.has(rule);
}

/** Whether a finding says that nothing is selected where an operator makes the pods, so that nobody knows. */
export function selectsCustomPods(snapshot: Snapshot, { rule, subject }: Finding): boolean {
  return (
    isSelecting(rule) &&
    selectorsOf(snapshot, subject).some((selector) => fitsCustomPods(snapshot, subject.namespace, selector))
  );
}

/** Whether the pods of a Service are those of an operator. */
export function isOfCustomPods(snapshot: Snapshot, { metadata, spec }: Service): boolean {
  return fitsCustomPods(snapshot, metadata.namespace, { matchLabels: spec?.selector ?? {} });
}

function selectorsOf(snapshot: Snapshot, subject: ResourceRef): readonly LabelSelector[] {
  const budget = snapshot.lookup({ ...subject, kind: 'PodDisruptionBudget' as const });
  if (subject.kind === 'PodDisruptionBudget' && budget.state === 'present') return [budget.object.spec?.selector ?? {}];
  const policy = snapshot.lookup({ ...subject, kind: 'NetworkPolicy' as const });
  if (subject.kind !== 'NetworkPolicy' || policy.state !== 'present') return [];
  const { egress = [], ingress = [] } = policy.object.spec ?? {};
  const peers = [...egress.flatMap(({ to = [] }) => to), ...ingress.flatMap(({ from = [] }) => from)];
  return peers.flatMap(({ podSelector }) => podSelector ?? []);
}
