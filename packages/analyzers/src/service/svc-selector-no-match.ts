import { formatLabels, refOf } from '@kroot/graph';
import { type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { selectorMisses, type SelectorMiss } from '../support/selector-miss.ts';
import { differenceWords, SELECTOR_BREAKS, selectorFinding } from '../support/selector-rule.ts';
import { listed } from '../support/words.ts';

/** Reports Services whose selector fits no pod and no workload at all. */
export const svcSelectorNoMatch: Analyzer = {
  meta: {
    id: 'svc-selector-no-match',
    title: 'Selector of a Service matches no pod',
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
        'The Service has no endpoints and gets none, since no pod and no pod template of its namespace has the labels that it selects.',
      decides:
        'All pods of the namespace are known and none has the labels, in any phase; no workload template has them either. Critical when EndpointSlices or Endpoints state the emptiness and a route, a running program, the API server or the outside needs the Service; a warning when only one of both holds, or when ready pods of the very name of the Service have no Service at all.',
      silent:
        'For Services without selector and of type ExternalName, when a workload with these labels is scaled to zero or cannot create its pods, and where the pods of the namespace are not all known. Only a note (info) when nobody uses the Service, a controller owns it, or a label is one that is set while pods run.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes'],
    },
  },
  *analyze(context) {
    for (const miss of selectorMisses(context.snapshot)) {
      if (miss.extra === undefined) yield selectorFinding(context, svcSelectorNoMatch.meta.id, miss, words(miss));
    }
  },
};

function words({ service, selector, nearest }: SelectorMiss): { readonly message: string; readonly cause: string } {
  const subject = refOf(service);
  const labels = formatLabels(selector);
  const near =
    nearest === undefined
      ? ''
      : `; the nearest, those of ${inWords(nearest.owner)}, differ in ${listed(nearest.differs.map((difference) => differenceWords(difference)))}`;
  return {
    message: `The selector ${labels} of ${inWords(subject)} matches no pod`,
    cause: `No pod and no workload of namespace ${subject.namespace ?? ''} has the labels ${labels}${near}`,
  };
}
