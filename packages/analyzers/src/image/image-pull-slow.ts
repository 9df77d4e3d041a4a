import {
  eventContainer,
  eventsOf,
  eventTime,
  groupBy,
  memoize,
  podState,
  timeOf,
  topOwner,
  type PodState,
} from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Event,
  type Finding,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed, fromEvent } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { span } from '../support/words.ts';

const SLOW = 300_000;

/** Reports pulls that have gone on for more than five minutes without an end. */
export const imagePullSlow: Analyzer = {
  meta: {
    id: 'image-pull-slow',
    title: 'Image pull takes long',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'Event', 'Node'],
    breaks: ['image'],
    docs: {
      means: 'The kubelet began to pull an image more than five minutes ago and has neither got it nor failed.',
      decides:
        'The newest event of a pod that has not started is Pulling, older than five minutes, and its container still waits in ContainerCreating or PodInitializing.',
      silent: 'When a later event of the pod shows that it got on, or that the pull failed.',
      falsePositives:
        'Kubelets pull one image after the other by default, so the pull may wait for another one on the node.',
      references: ['https://kubernetes.io/docs/concepts/containers/images/#serial-and-parallel-image-pulls'],
    },
  },
  *analyze({ snapshot }) {
    const groups = groupBy(slowPulls(snapshot), ({ owner, image }) => `${refKey(owner)}\n${image}`);
    for (const group of groups.values()) yield* finding(group, snapshot);
  },
};

interface SlowPull {
  readonly pod: PodState;
  readonly owner: ResourceRef;
  readonly event: Event;
  readonly container: string;
  readonly image: string;
  readonly since: number;
}

const slowPulls: (snapshot: Snapshot) => readonly SlowPull[] = memoize((snapshot) => {
  const now = snapshot.now.getTime();
  return snapshot.list('Pod').flatMap((pod) => {
    const state = podState(snapshot, pod);
    const [event] = eventsOf(snapshot, pod);
    const since = event === undefined ? undefined : timeOf(eventTime(event));
    if (event?.reason !== 'Pulling' || since === undefined || now - since < SLOW || !waits(state)) return [];
    const container = eventContainer(event) ?? state.containers[0]?.name ?? '';
    const image = state.containers.find(({ name }) => name === container)?.container.image ?? '';
    return [{ pod: state, owner: topOwner(snapshot, pod), event, container, image, since }];
  });
});

function waits({ stage, culprit }: PodState): boolean {
  return stage === 'starting' && (culprit === undefined || culprit.status?.state?.waiting !== undefined);
}

function* finding([first, ...more]: readonly SlowPull[], snapshot: Snapshot): Generator<Finding> {
  if (first === undefined) return;
  const { owner, container, image, pod } = first;
  const oldest = Math.min(first.since, ...more.map(({ since }) => since));
  const lasted = span(snapshot.now.getTime() - oldest);
  const node = pod.pod.spec.nodeName ?? '';
  yield {
    rule: imagePullSlow.meta.id,
    subject: owner,
    discriminator: container,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    ...optional('since', new Date(oldest).toISOString()),
    message: `Image ${image} of ${inWords(owner)} has been pulled for ${lasted} without an end`,
    cause: `The kubelet on ${node} began to pull ${image} for container "${container}" ${lasted} ago, and has reported neither success nor failure since.`,
    evidence: [
      fromEvent(first.event, pod.ref),
      computed(pod.ref, `no later event, and the container still waits after ${lasted}`),
    ],
    affects: refsOfPods([first, ...more].map((slow) => slow.pod)),
    fixes: [
      describeFix(pod.ref, `Look how far the pull on ${node} is`, [
        `On ${node}, the log of the kubelet and of the container runtime show whether layers of ${image} arrive, and whether another pull is before it.`,
        'A smaller image, a registry nearby, or an image that is put on the nodes beforehand makes starts fast.',
      ]),
    ],
  };
}
