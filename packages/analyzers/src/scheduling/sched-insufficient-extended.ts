import { type Analyzer } from '@kroot/types';
import { schedulingRule } from '../support/scheduling-rule.ts';
import { shortageStory } from '../support/shortage.ts';

/** Reports workloads whose pods ask for more of the resource than any node that they may use has free. */
export const schedInsufficientExtended: Analyzer = schedulingRule(
  'sched-insufficient-extended',
  {
    title: 'No node has the extended resource that the pod asks for',
    means:
      'The sum of the requests on every node that the pod may use leaves less of the resource than the pod asks for. Usage does not matter, requests do.',
    decides:
      'Requests of the pod against allocatable minus the requests of the pods on each node, replayed like the scheduler does, together with its message.',
    silent:
      'While a node would take the pod, within 60 s of its creation, where another obstacle decides on the nodes that the pod may use, and where a pod of higher priority has taken the room.',
    references: [
      'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-requests-are-scheduled',
    ],
    waitsFor: ['scaling'],
  },
  shortageStory,
);
