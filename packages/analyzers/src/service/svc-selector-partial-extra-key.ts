import { refOf } from '@kroot/graph';
import { type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { selectorMisses, type SelectorMiss } from '../support/selector-miss.ts';
import { SELECTOR_BREAKS, selectorFinding } from '../support/selector-rule.ts';

/** Reports Services whose selector would fit pods but for one of its labels. */
export const svcSelectorPartialExtraKey: Analyzer = {
  meta: {
    id: 'svc-selector-partial-extra-key',
    title: 'One label too many in the selector of a Service',
    role: 'fault',
    severity: 'critical',
    reads: [
      'Service',
      'Pod',
      'Deployment',
      'StatefulSet',
      'DaemonSet',
      'ReplicaSet',
      'Ingress',
      'EndpointSlice',
      'Endpoints',
      'ConfigMap',
    ],
    breaks: SELECTOR_BREAKS,
    docs: {
      means:
        'The Service has no endpoints, because its pods lack one of the labels that it selects; the rest of the selector fits them.',
      decides:
        'As for svc-selector-no-match, and without one of its labels the selector fits pods or workload templates. Of several such labels the one counts whose absence leaves the fewest pods.',
      silent:
        'As svc-selector-no-match. Only a note (info) when pods of the namespace get the label while they run (leaders, the hash of a canary), since it may come and go.',
      references: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors'],
    },
  },
  *analyze(context) {
    for (const miss of selectorMisses(context.snapshot)) {
      if (miss.extra !== undefined)
        yield selectorFinding(context, svcSelectorPartialExtraKey.meta.id, miss, words(miss, miss.extra.key));
    }
  },
};

function words(
  { service, selector, nearest }: SelectorMiss,
  key: string,
): { readonly message: string; readonly cause: string } {
  const subject = refOf(service);
  const pair = `${key}=${selector[key] ?? ''}`;
  const has = nearest?.differs.find((difference) => difference.key === key)?.has;
  const owner =
    nearest === undefined ? 'The pods that the rest of the selector matches' : `The pods of ${inWords(nearest.owner)}`;
  return {
    message: `The selector of ${inWords(subject)} matches no pod because of ${pair}`,
    cause: `${owner} ${has === undefined ? `have no label ${key}` : `have ${key}=${has}`}, but the Service also asks for ${pair}`,
  };
}
