import { type Analyzer } from '@kroot/types';
import { FLUX_SOURCES } from '../support/deliveries.ts';
import { deliveryRule } from '../support/delivery-rule.ts';
import { inWords } from '../support/kubectl.ts';

/** Reports sources of Flux that cannot be fetched. */
export const fluxSourceFailed: Analyzer = deliveryRule({
  id: 'flux-source-failed',
  title: 'Flux cannot fetch a source',
  kinds: FLUX_SOURCES,
  step: 'fetch',
  docs: {
    means:
      'The repository, chart or bucket cannot be read: its address, credentials, certificate, branch or version is wrong. What was fetched before goes on running, and no change arrives.',
    decides: 'Condition Ready of the source is False.',
    silent: 'In its first two minutes, and while it is suspended or deleted.',
    references: ['https://fluxcd.io/flux/components/source/'],
  },
  fails: () => 'cannot be fetched',
  fix: ({ ref, object }) => ({
    summary: `Correct the address, credentials or revision of ${inWords(ref)}`,
    steps: [
      `${object.kind} ${ref.name} says which of them fails. A Secret with credentials is named by spec.secretRef, in the namespace of the source.`,
      'Flux tries again by itself at its interval.',
    ],
  }),
});
