import { type Analyzer } from '@kroot/types';
import { KUSTOMIZATION_KIND } from '../support/deliveries.ts';
import { deliveryRule } from '../support/delivery-rule.ts';
import { inWords } from '../support/kubectl.ts';

/** Reports Kustomizations of Flux that do not get their revision into the cluster. */
export const fluxKustomizationFailed: Analyzer = deliveryRule({
  id: 'flux-kustomization-failed',
  title: 'Flux cannot apply a Kustomization',
  kinds: [KUSTOMIZATION_KIND],
  step: 'apply',
  docs: {
    means:
      'The manifests cannot be built, the cluster refuses one of them, what they make does not become ready, or another Kustomization has to be ready first.',
    decides:
      'Condition Ready is False. Its source, the Kustomizations that it depends on, and held-up workloads that it delivers are told as the cause where they are at fault.',
    silent: 'In its first two minutes, and while it is suspended or deleted.',
    references: ['https://fluxcd.io/flux/components/kustomize/kustomizations/'],
  },
  fails: ({ reason }) =>
    reason === 'HealthCheckFailed' ? 'is applied, but what it delivers is not ready' : 'cannot be applied',
  fix: ({ ref, reason }) => ({
    summary:
      reason === 'HealthCheckFailed'
        ? `Repair what ${inWords(ref)} delivers`
        : `Correct in Git what ${inWords(ref)} cannot apply`,
    steps: [
      'Its condition Ready names the file or object.',
      `Flux tries again by itself at its interval, or at once with \`flux reconcile kustomization ${ref.name} -n ${ref.namespace ?? ''} --with-source\`.`,
    ],
  }),
});
