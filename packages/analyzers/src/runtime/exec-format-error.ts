import { CONFIDENCE, type Analyzer, type Fix } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault, containerField, type FaultGroup } from '../support/container-fault.ts';
import { lastLogs, rebuildImage, rollBack } from '../support/container-fixes.ts';
import { endWords, restartWords } from '../support/end-words.ts';
import { computed } from '../support/evidence.ts';
import { kubectl, kubectlName } from '../support/kubectl.ts';

/** Reports containers whose program is built for another processor, or is a script without an interpreter line. */
export const execFormatError: Analyzer = containerFault(
  {
    id: 'exec-format-error',
    title: 'Program is built for another processor architecture',
    breaks: ['container-exit', 'container-start'],
    docs: {
      means:
        'The kernel of the node cannot execute the program: the image holds a program for another architecture, or a script without a shebang line.',
      decides:
        'The words "exec format error"; without them, a container that ends within three seconds on the nodes of one architecture only, while it runs on those of another.',
      silent: 'Where the container also fails on nodes of the other architecture: then the cause is another.',
      references: [
        'https://kubernetes.io/docs/concepts/containers/images/#multi-architecture-images-with-image-indexes',
      ],
    },
  },
  (group) => {
    const { first, container, words, pods } = group;
    const split = first.architectures;
    const image = first.state.container.image ?? 'its image';
    return {
      message:
        split === undefined
          ? `${capital(words)} has a program that the node's processor cannot execute`
          : `${capital(words)} ends at once on ${split.failing} nodes and runs on ${split.working} nodes`,
      cause:
        split === undefined
          ? `Container "${container}" ${endWords(first.state)} and "exec format error"${restartWords(first.state)}: image ${image} holds a program for another architecture, or a script without an interpreter line.`
          : `Container "${container}" ${endWords(first.state)}${restartWords(first.state)}, on ${split.failing} nodes only: image ${image} holds a program for ${split.working} there.`,
      confidence: split === undefined ? CONFIDENCE.stated : CONFIDENCE.strong,
      evidence: [
        containerField(group, 'image', image),
        ...(split === undefined
          ? []
          : [
              computed(
                group.owner,
                `all ${pods.length} failing pods are on ${split.failing} nodes; on ${split.working} nodes the container runs`,
              ),
            ]),
      ],
      fixes: [...rollBack(group), rebuild(group), ...keepTo(group), lastLogs(group)],
    };
  },
);

function rebuild(group: FaultGroup): Fix {
  const { first, container } = group;
  const failing = first.architectures?.failing;
  return rebuildImage(
    group,
    `Build the image of container "${container}" ${failing === undefined ? "for the nodes' architecture" : `for ${failing} too`}`,
    [
      'Build a multi-architecture image, and check that each platform holds a program for that platform: a COPY of a prebuilt binary is the usual mistake.',
      'A script needs a first line such as #!/bin/sh.',
    ],
  );
}

function keepTo({ owner, first, place }: FaultGroup): readonly Fix[] {
  const working = first.architectures?.working;
  if (working === undefined || place === undefined) return [];
  const patch = { spec: { template: { spec: { nodeSelector: { 'kubernetes.io/arch': working } } } } };
  return [
    {
      summary: `Until then, keep the pods on ${working} nodes`,
      steps: [
        `Add nodeSelector kubernetes.io/arch: ${working} to the pod template; nodes of the other kind go without these pods.`,
      ],
      commands: [kubectl(owner.namespace, 'patch', kubectlName(owner), '-p', JSON.stringify(patch))],
      effect: 'change',
      where: 'cluster',
    },
  ];
}
