import { type Analyzer } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault, type FaultGroup, type Told } from '../support/container-fault.ts';
import { rollBack } from '../support/container-fixes.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { nodesOf, profileEvidence, profileFixes } from '../support/profile-fault.ts';
import { type RejectedGroup } from '../support/rejected-pods.ts';
import { rejectionRule, type RejectionStory } from '../support/rejection-rule.ts';
import { doing, listed } from '../support/words.ts';

const created: Analyzer = containerFault(
  {
    id: 'apparmor-blocked',
    title: 'AppArmor profile of the pod is not loaded on its node',
    breaks: ['container-start', 'node-admission', 'availability'],
    docs: {
      means:
        'The pod asks for an AppArmor profile that the kernel of its node has not loaded, or the node has no AppArmor at all. Older kubelets refuse the pod, newer ones leave it to the runtime, which cannot create the container. Nothing in Kubernetes loads profiles by itself.',
      decides:
        'Pods with reason AppArmor whose controller has fewer pods than it wants, and containers in CreateContainerError whose words say that the profile is not found.',
      silent: 'For refused pods that have been replaced, and containers that have been created since.',
      references: ['https://kubernetes.io/docs/tutorials/security/apparmor/'],
    },
  },
  tellContainer,
);

const rejected: Analyzer = rejectionRule('apparmor-blocked', { ...created.meta, ...created.meta.docs }, tellPods);

/** Reports workloads whose AppArmor profile their nodes do not have. */
export const apparmorBlocked: Analyzer = {
  meta: created.meta,
  *analyze(context) {
    yield* rejected.analyze(context);
    yield* created.analyze(context);
  },
};

const LOAD: readonly string[] = [
  'Load it with apparmor_parser -r on each node: by the image of the nodes, a DaemonSet or the Security Profiles Operator; aa-status shows what is loaded.',
];

function tellContainer(group: FaultGroup): Told {
  const { first, words, container } = group;
  const nodes = nodesOf(group);
  const profile = first.startError?.path;
  const name = profile === undefined ? 'its AppArmor profile' : `AppArmor profile ${profile}`;
  return {
    message: `${capital(words)} needs ${name}, which ${doing(nodes, 'does not have', 'do not have')}`,
    cause: `The kernel of ${listed(nodes)} has not loaded ${name}, so container "${container}" cannot be created.`,
    evidence: profileEvidence(group, 'appArmorProfile'),
    fixes: [...rollBack(group), ...profileFixes(group, 'appArmorProfile', LOAD)],
  };
}

function tellPods({ owner, rejection, nodes }: RejectedGroup): RejectionStory {
  const profile = rejection.about === '' ? 'AppArmor' : `AppArmor profile ${rejection.about}`;
  return {
    message: `${inWords(owner)} needs ${profile}, which ${doing(nodes, 'does not have', 'do not have')}`,
    fixes: [
      {
        summary: `Give ${listed(nodes)} ${profile}, or keep the pods to nodes that have it`,
        steps:
          rejection.about === ''
            ? ['Nodes of other distributions have SELinux in place of AppArmor: a node selector keeps the pods away.']
            : LOAD,
        commands: nodes.slice(0, 1).map((name) => kubectl(undefined, 'describe', `node/${name}`)),
        effect: 'none',
        where: 'node',
      },
      {
        summary: `Or take the profile out of ${inWords(owner)}`,
        steps: [
          'Set appArmorProfile of the container to type RuntimeDefault, or remove the annotation container.apparmor.security.beta.kubernetes.io.',
        ],
        commands: [kubectl(owner.namespace, 'get', kubectlName(owner), '-o', 'yaml')],
        effect: 'none',
        where: 'git',
      },
    ],
  };
}
