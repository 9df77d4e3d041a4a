import { type Analyzer } from '@kroot/types';
import { HELM_RELEASE_KIND } from '../support/deliveries.ts';
import { deliveryRule } from '../support/delivery-rule.ts';
import { inWords } from '../support/kubectl.ts';

/** Reports HelmReleases of Flux that are not released. */
export const helmreleaseFailed: Analyzer = deliveryRule({
  id: 'helmrelease-failed',
  title: 'Flux cannot install or upgrade a Helm release',
  kinds: [HELM_RELEASE_KIND],
  step: 'apply',
  docs: {
    means:
      'The chart cannot be had or rendered, the cluster refuses one of its objects, or what it makes does not become ready in time. After some tries Flux gives up until something changes.',
    decides:
      'Condition Ready is False. Its chart and source, and held-up workloads of the release where Helm only waited for them, are told as the cause where they are at fault.',
    silent: 'In its first two minutes, and while it is suspended or deleted.',
    references: ['https://fluxcd.io/flux/components/helm/helmreleases/'],
  },
  fails: () => 'is not released',
  fix: ({ ref }) => ({
    summary: `Correct chart version or values of ${inWords(ref)} in Git`,
    steps: [
      'The words of Helm name the template, value or object that fails.',
      `Once the retries are used up it waits for a change, or for \`flux reconcile helmrelease ${ref.name} -n ${ref.namespace ?? ''} --reset\`.`,
    ],
  }),
});
