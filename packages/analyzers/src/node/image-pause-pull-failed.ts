import { groupBy } from '@kroot/graph';
import { CONFIDENCE, ref, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { lastWords } from '../messages/image-error.ts';
import { imageReference } from '../messages/image-reference.ts';
import { computed, fromEvent } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { ownersOfPods, refsOfPods } from '../support/pods-on-node.ts';
import { failingSandboxes, type FailingSandbox } from '../support/sandbox-failures.ts';
import { lookAtNode } from '../support/unhealthy-finding.ts';
import { counted, inline, listed } from '../support/words.ts';

/** Reports nodes that cannot get the image which every pod sandbox starts from. */
export const imagePausePullFailed: Analyzer = {
  meta: {
    id: 'image-pause-pull-failed',
    title: 'Node cannot get the sandbox image',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Node', 'Event'],
    breaks: ['sandbox'],
    docs: {
      means:
        'Every pod begins with a sandbox container made from the pause image that the container runtime is configured with. The node does not have it and cannot pull it, so no new pod starts there, whatever its own images are.',
      decides:
        'Pods stand at the sandbox stage and the newest FailedCreatePodSandBox event says that the sandbox image could not be had. Failures of one image are told once; the node with most waiting pods is the subject.',
      silent: 'During the first 60 s of a pod, and for events that a later step of the pod has outdated.',
      references: ['https://github.com/containerd/containerd/blob/main/docs/cri/config.md'],
    },
  },
  *analyze({ snapshot }) {
    const failing = failingSandboxes(snapshot).filter(({ failure }) => failure.kind === 'image');
    for (const [image, group] of groupBy(failing, ({ failure }) => failure.image ?? '')) {
      yield finding(snapshot, image, group);
    }
  },
};

function finding(snapshot: Snapshot, image: string, group: readonly FailingSandbox[]): Finding {
  const byNode = [...groupBy(group, ({ node }) => node)].toSorted(([, a], [, b]) => b.length - a.length);
  const nodes = byNode.map(([name]) => name).toSorted();
  const worst = byNode[0]?.[0] ?? '';
  const pods = group.map(({ pod }) => pod);
  const [first] = group;
  const { host } = imageReference(image);
  const owners = ownersOfPods(snapshot, pods).map((owner) => inWords(owner));
  const words = inline(lastWords(first?.event.message ?? ''), 300);
  return {
    rule: imagePausePullFailed.meta.id,
    subject: ref('Node', undefined, worst),
    discriminator: image,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', sinceOf(pods)),
    message: `${listed(nodes)} cannot get sandbox image ${image}`,
    cause: `${counted(pods.length, 'pod')} of ${listed(owners)} ${pods.length === 1 ? 'gets' : 'get'} no sandbox, because the runtime on ${listed(nodes)} starts each one from ${image} and cannot pull it: ${words}.`,
    detail: { image, registry: host, nodes, pods: pods.length },
    evidence: [
      ...group.slice(0, 2).map(({ event, pod }) => fromEvent(event, pod.ref)),
      computed(ref('Node', undefined, worst), `${counted(pods.length, 'pod')} on ${listed(nodes)} wait for ${image}`),
    ],
    affects: refsOfPods(pods),
    fixes: [
      lookAtNode(worst, `Bring ${image} to ${listed(nodes)}`, [
        `On ${worst}, \`crictl pull ${image}\` shows what is wrong on the way to ${host}.`,
        `If ${host} is not meant to be reached from there: name an image of your own mirror as the sandbox image in the runtime's configuration (containerd: sandbox_image, or pinned_images.sandbox since 2.0; CRI-O: pause_image) and restart the runtime.`,
      ]),
    ],
  };
}
