import { type Analyzer } from '@kroot/types';
import { pullOnNode } from '../support/node-fixes.ts';
import { imagesOf, mirrorNotes, nodesOf, ownersDo, pullRule, saidOf } from '../support/pull-rule.ts';

/** Reports registries that answer with a server error. */
export const imageRegistryUnavailable: Analyzer = pullRule({
  id: 'image-registry-unavailable',
  title: 'Registry answers with an error of its own',
  docs: {
    means: 'The registry is reached and answers 500, 502, 503 or 504: it is out of order, or the proxy before it is.',
    decides: 'A container waits with reason RegistryUnavailable, or the words of its pull hold such a status.',
    silent: 'When several images of several workloads fail this way: then image-registry-down-cluster says it once.',
  },
  describe(group) {
    const [failure] = group.failures;
    const { host, state } = failure;
    const words = saidOf(failure);
    const said = words === '' ? (state.reason ?? 'RegistryUnavailable') : words;
    return {
      message: `Registry ${host} is out of order`,
      cause: `${ownersDo(group, 'pulls', 'pull')} ${imagesOf(group)}, and ${host} answers: ${said}.`,
      fixes: [
        pullOnNode(group, `Restore registry ${host}`, [
          `Look at the status of ${host} and at the mirror or proxy that ${nodesOf(group)} uses.`,
          'Waiting pods go on by themselves: the kubelet tries again at least every five minutes.',
        ]),
      ],
      notes: mirrorNotes(failure),
    };
  },
});
