import { type Analyzer } from '@kroot/types';
import { computed } from '../support/evidence.ts';
import { pullOnNode } from '../support/node-fixes.ts';
import { imagesOf, mirrorNotes, nodesOf, ownersDo, pullRule, saidOf } from '../support/pull-rule.ts';
import { counted } from '../support/words.ts';

/** Reports registries from which several images fail in the same way. */
export const imageRegistryDownCluster: Analyzer = pullRule({
  id: 'image-registry-down-cluster',
  title: 'Registry does not answer for several workloads',
  docs: {
    means:
      'Different images of different workloads fail in the same way at one registry: the registry, or the way to it, is what they share.',
    decides:
      'At least two images of one registry host, of at least two workloads, fail with the same class of error: name resolution, no connection, or an error of the server. One finding stands for all; the workload with most waiting pods is its subject.',
    silent:
      'For refused credentials, missing images and rate limits, and when all failures are on one node while others have the images.',
  },
  describe(group) {
    const [failure] = group.failures;
    const { host } = failure;
    const images = new Set(group.failures.map(({ image }) => image)).size;
    return {
      message: `Registry ${host} cannot be used: ${counted(images, 'image')} of several workloads fail in the same way`,
      cause: `${ownersDo(group, 'pulls', 'pull')} ${imagesOf(group)} on ${nodesOf(group)}, and all fail alike at ${host}: ${saidOf(failure)}.`,
      evidence: [
        computed(
          group.subject,
          `${counted(group.failures.length, 'container')} and ${counted(images, 'image')} of ${host} fail with the same class of error`,
        ),
      ],
      fixes: [
        pullOnNode(group, `Restore registry ${host} or the way to it`, [
          `Check whether ${host} is up, and whether its name, port and certificate are reached from ${nodesOf(group)} through the proxy or mirror that the runtime uses.`,
          'Waiting pods go on by themselves: the kubelet tries again at least every five minutes.',
        ]),
      ],
      notes: [
        `Images that are already on a node still start, so only new pods and new nodes show it.`,
        ...mirrorNotes(failure),
      ],
    };
  },
});
