import { type Blocker } from '@kroot/graph';
import { compareStrings, type LabelSelector, type NetworkPolicy, type Snapshot } from '@kroot/types';
import { present } from './present.ts';

/** How much a selector asks for: the policy that asks for most is the one that was made for these pods. */
function specificity(selector: LabelSelector | undefined): number {
  return Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions ?? []).length;
}

/** The most specific policy, the first by name among equals. */
export function mostSpecific(policies: readonly NetworkPolicy[]): NetworkPolicy | undefined {
  return policies.toSorted(
    (a, b) =>
      specificity(b.spec?.podSelector) - specificity(a.spec?.podSelector) ||
      compareStrings(a.metadata.name, b.metadata.name),
  )[0];
}

const NEARNESS: readonly Blocker['reason'][] = ['named-port', 'port', 'peer', 'no-rules'];

/** The blocker that comes nearest to letting the connection through: there a small change is enough. */
export function nearestBlocker(snapshot: Snapshot, blockers: readonly Blocker[]): Blocker | undefined {
  const weight = ({ policy }: Blocker): number =>
    specificity(present(snapshot, 'NetworkPolicy', policy.namespace, policy.name)?.spec?.podSelector);
  return blockers.toSorted(
    (a, b) =>
      NEARNESS.indexOf(a.reason) - NEARNESS.indexOf(b.reason) ||
      weight(b) - weight(a) ||
      compareStrings(a.policy.name, b.policy.name),
  )[0];
}
