import { controllerPods, groupBy, podState, type PodState, refOf, topOwner } from '@kroot/graph';
import { CONFIDENCE, refKey, type Analyzer, type Finding, type Ingress, type Snapshot } from '@kroot/types';
import { computed, fromContainer } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { counted, listed } from '../support/words.ts';

/** Reports ingress controllers none of whose pods works. */
export const ingressControllerDown: Analyzer = {
  meta: {
    id: 'ingress-controller-down',
    title: 'Ingress controller is down',
    role: 'fault',
    severity: 'critical',
    reads: ['Ingress', 'IngressClass', 'Pod', 'Deployment', 'DaemonSet', 'ReplicaSet'],
    breaks: ['route'],
    waitsFor: ['availability'],
    docs: {
      means: 'No pod carries the requests of any Ingress of the class: all of their hosts are unreachable.',
      decides:
        'The class of the Ingresses names a controller whose pods are known by the labels of its charts, and all of them are held up. What keeps them from being ready is the cause, where that is known.',
      silent:
        'While one pod of the controller is ready or inside its grace, for controllers that are not known by their labels, and for those that run outside the cluster.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/'],
    },
  },
  *analyze({ snapshot }) {
    const byClass = groupBy(snapshot.list('Ingress'), ({ spec }) => spec?.ingressClassName);
    for (const [name, ingresses] of byClass) {
      const [first] = ingresses;
      const pods = first === undefined ? [] : controllerPods(snapshot, first).map((pod) => podState(snapshot, pod));
      if (pods.length > 0 && pods.every(({ blocked }) => blocked)) yield finding(snapshot, name, ingresses, pods);
    }
  },
};

function finding(snapshot: Snapshot, name: string, ingresses: readonly Ingress[], pods: readonly PodState[]): Finding {
  const [first] = pods;
  const owners = [...groupBy(pods, ({ pod }) => refKey(topOwner(snapshot, pod))).values()].flatMap(([pod]) =>
    pod === undefined ? [] : [topOwner(snapshot, pod.pod)],
  );
  const subject = owners[0] ?? { group: '', kind: 'Pod', name };
  const refs = ingresses.map((ingress) => refOf(ingress));
  return {
    rule: ingressControllerDown.meta.id,
    subject,
    discriminator: name,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    ...optional('since', sinceOf(pods)),
    message: `Ingress controller ${inWords(subject)} is down, and with it ${counted(refs.length, 'Ingress', 'Ingresses')} of class ${name}`,
    cause: `None of the ${counted(pods.length, 'pod')} of ${inWords(subject)} is ready, which carry the requests of ${listed(refs.map((each) => inWords(each)))}.`,
    evidence: [
      computed(subject, `0 of ${counted(pods.length, 'pod')} ready`),
      ...(first?.culprit === undefined ? [] : [fromContainer(first.ref, first.culprit)]),
    ],
    because: owners.map((owner) => ({ ref: owner, mechanism: 'availability' as const })),
    affects: refs,
    fixes: [
      describeFix(subject, `Bring the pods of ${inWords(subject)} back`, [
        'All hosts of the class work again as soon as one of them is ready.',
      ]),
    ],
  };
}
