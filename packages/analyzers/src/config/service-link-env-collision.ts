import { groupBy, podState, topOwner, type ContainerState, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Finding,
  type ResourceRef,
  type Service,
  type Snapshot,
} from '@kroot/types';
import { refOf } from '@kroot/graph';
import { fromContainer, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { jsonPatch, podSpecPath, podSpecPointer } from '../support/template-patch.ts';

interface Collision {
  readonly owner: ResourceRef;
  readonly pod: PodState;
  readonly state: ContainerState;
  readonly service: Service;
  readonly value: string;
}

/** Reports programs that read a variable which Kubernetes made from a Service. */
export const serviceLinkEnvCollision: Analyzer = {
  meta: {
    id: 'service-link-env-collision',
    title: 'Program takes a variable of a Service for its own setting',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Service', 'Event'],
    breaks: ['dependency'],
    docs: {
      means:
        'Kubernetes gives each container variables such as NAME_PORT=tcp://10.0.0.1:80 for each Service of the namespace, and the program reads one of them as its own setting.',
      decides:
        'A container ends again and again, its last words quote an address `tcp://IP:PORT` that is the IP and a port of a Service of its namespace, and enableServiceLinks is not false.',
      silent: 'Without such words: the variables alone harm nobody.',
      references: ['https://kubernetes.io/docs/tutorials/services/connect-applications-service/#accessing-the-service'],
    },
  },
  *analyze({ snapshot }) {
    const found = snapshot.list('Pod').flatMap((pod) => collisionOf(snapshot, podState(snapshot, pod)) ?? []);
    for (const group of groupBy(found, ({ owner, state }) => `${refKey(owner)}\n${state.name}`).values()) {
      const [first] = group;
      if (first !== undefined)
        yield finding(
          first,
          group.map(({ pod }) => pod),
        );
    }
  },
};

function collisionOf(snapshot: Snapshot, pod: PodState): Collision | undefined {
  const state = pod.culprit;
  if (!pod.blocked || pod.stage !== 'exit' || state === undefined || pod.pod.spec.enableServiceLinks === false)
    return undefined;
  const [value, ip, port] =
    /tcp:\/\/(\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})/.exec((state.terminated?.message ?? '').slice(0, 8192)) ?? [];
  if (value === undefined) return undefined;
  const service = snapshot
    .list('Service', pod.ref.namespace)
    .find(({ spec }) => spec?.clusterIP === ip && (spec?.ports ?? []).some((each) => String(each.port) === port));
  return service === undefined ? undefined : { owner: topOwner(snapshot, pod.pod), pod, state, service, value };
}

function finding({ owner, pod, state, service, value }: Collision, pods: readonly PodState[]): Finding {
  const variable = `${service.metadata.name.toUpperCase().replaceAll('-', '_')}_PORT`;
  const field = `${podSpecPath(owner)}.enableServiceLinks`;
  return {
    rule: serviceLinkEnvCollision.meta.id,
    subject: owner,
    discriminator: state.name,
    severity: 'critical',
    confidence: CONFIDENCE.strong,
    ...optional('since', sinceOf(pods)),
    message: `${inWords(owner)} takes variable ${variable} of ${inWords(refOf(service))} for its own setting`,
    cause: `Container "${state.name}" ends over the value ${value}, which Kubernetes puts into ${variable} because of ${inWords(refOf(service))}.`,
    evidence: [
      fromContainer(pod.ref, state),
      fromSpec(refOf(service), 'spec.clusterIP', value),
      fromSpec(owner, field, 'true (the default)'),
    ],
    affects: [...refsOfPods(pods), ...(owner.kind === 'Pod' ? [] : [owner])],
    fixes: [
      {
        summary: `Turn off the variables of Services for ${inWords(owner)}`,
        steps: [`Or set ${variable} in env of the container, which counts before them.`],
        commands: [
          jsonPatch(owner, [{ op: 'add', path: `${podSpecPointer(owner)}/enableServiceLinks`, value: false }]),
        ],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
