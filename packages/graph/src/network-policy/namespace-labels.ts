import { type LabelSelector, type Snapshot, type StringMap } from '@kroot/types';
import { labelValue, matchesLabelSelector, matchesLabels, matchesRequirement } from '../selectors.ts';
import { type NamespaceChoice } from './policy-model.ts';
import { cannotTell, MATCH, NO_MATCH, type PeerMatch } from './peer-match.ts';

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** The labels of a namespace, as far as they are known. The API server sets the one with its name on every Namespace. */
export interface NamespaceLabels {
  readonly name: string;
  readonly labels: StringMap;
  /** Whether there can be no others. */
  readonly complete: boolean;
}

/** The labels of a namespace; in a closed world one that is not there has only its name. */
export function namespaceLabels(snapshot: Snapshot, name: string, closedWorld: boolean): NamespaceLabels {
  const named = { [NAMESPACE_NAME]: name };
  const found = snapshot.lookup({ group: '', kind: 'Namespace', name });
  return found.state === 'present'
    ? { name, labels: { ...found.object.metadata.labels, ...named }, complete: true }
    : { name, labels: named, complete: closedWorld };
}

/** Whether a choice of namespaces holds one; `own` is the namespace of the policy's subject. */
export function namespaceMatch(
  choice: NamespaceChoice,
  namespace: NamespaceLabels,
  own: NamespaceLabels | undefined,
): PeerMatch {
  switch (choice.type) {
    case 'named':
      return choice.name === namespace.name ? MATCH : NO_MATCH;
    case 'labelled':
      return labelledMatch(choice.selector, namespace);
    case 'same':
    case 'different':
      return relatedMatch(choice, namespace, own);
    default:
      return choice satisfies never;
  }
}

function labelledMatch(selector: LabelSelector, { name, labels, complete }: NamespaceLabels): PeerMatch {
  if (complete) return matchesLabelSelector(selector, labels) ? MATCH : NO_MATCH;
  const pairs = Object.entries(selector.matchLabels ?? {});
  const expressions = selector.matchExpressions ?? [];
  const known = Object.fromEntries(pairs.filter(([key]) => key === NAMESPACE_NAME));
  if (!matchesLabels(known, labels)) return NO_MATCH;
  if (!expressions.filter(({ key }) => key === NAMESPACE_NAME).every((each) => matchesRequirement(each, labels)))
    return NO_MATCH;
  const asked = [...pairs.map(([key]) => key), ...expressions.map(({ key }) => key)];
  return asked.every((key) => key === NAMESPACE_NAME) ? MATCH : unknownLabels(name);
}

/** NamespaceSet of the first version of the API: https://github.com/kubernetes-sigs/network-policy-api/blob/v0.1.0/apis/v1alpha1/shared_types.go */
function relatedMatch(
  { type, keys }: { readonly type: 'same' | 'different'; readonly keys: readonly string[] },
  namespace: NamespaceLabels,
  own: NamespaceLabels | undefined,
): PeerMatch {
  if (keys.length === 0 || own === undefined) return NO_MATCH;
  if (!namespace.complete || !own.complete) return unknownLabels(namespace.complete ? own.name : namespace.name);
  const values = keys.map((key) => [labelValue(namespace.labels, key), labelValue(own.labels, key)] as const);
  if (values.some(([theirs]) => theirs === undefined)) return NO_MATCH;
  const same = values.every(([theirs, ours]) => theirs === ours);
  return same === (type === 'same') ? MATCH : NO_MATCH;
}

function unknownLabels(name: string): PeerMatch {
  return cannotTell(() => `the labels of Namespace/${name} are not known`);
}
