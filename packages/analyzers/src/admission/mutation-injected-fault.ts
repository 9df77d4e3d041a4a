import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { computed, fromContainer } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { injectedFaults, type InjectedFault } from '../support/injected-faults.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { listed } from '../support/words.ts';

/** Reports webhooks that put a failing container into the pods of several workloads. */
export const mutationInjectedFault: Analyzer = {
  meta: {
    id: 'mutation-injected-fault',
    title: 'Container that a webhook injects fails in every pod',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Namespace', 'MutatingWebhookConfiguration'],
    breaks: ['admission'],
    docs: {
      means:
        'A mutating webhook adds a container to pods when they are created, and that container cannot run: all workloads that get it are held up by it, whatever their own templates say.',
      decides:
        'Pods of at least two workloads are held up by a container of the same name that none of their templates has, and exactly one MutatingWebhookConfiguration is asked about the creation of all of them.',
      silent:
        'For one workload alone, for containers of the template, and where several webhooks could have added it: then the fault is told of each workload, with a note.',
      references: [
        'https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#mutatingadmissionwebhook',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const fault of injectedFaults(snapshot)) yield finding(fault);
  },
};

function finding({ container, configuration, pods, owners }: InjectedFault): Finding {
  const names = listed(owners.map((owner) => inWords(owner)));
  const [first] = pods;
  return {
    rule: mutationInjectedFault.meta.id,
    subject: configuration,
    discriminator: container,
    severity: 'critical',
    confidence: CONFIDENCE.strong,
    ...optional('since', sinceOf(pods)),
    message: `Container "${container}", which ${inWords(configuration)} injects, fails in the pods of ${owners.length} workloads`,
    cause: `The pods of ${names} are held up by container "${container}"; it is in none of their templates and comes from ${inWords(configuration)}.`,
    detail: { container, image: first?.culprit?.container.image ?? '' },
    evidence: [
      ...(first?.culprit === undefined ? [] : [fromContainer(first.ref, first.culprit)]),
      ...owners.slice(0, 2).map((owner) => computed(owner, `its template has no container "${container}"`)),
    ],
    affects: refsOfPods(pods),
    fixes: [
      {
        summary: `Correct what ${inWords(configuration)} injects`,
        steps: [
          `Image and settings of container "${container}" are those of the injector; correct them there, then restart the workloads.`,
          ...owners.slice(0, 1).map((owner) => `Restart ${inWords(owner)} first, to see whether it helps.`),
        ],
        commands: [kubectl(undefined, 'get', kubectlName(configuration), '-o', 'yaml')],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
