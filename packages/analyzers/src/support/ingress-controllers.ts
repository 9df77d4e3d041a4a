import { isFinished, labelValue, memoize } from '@kroot/graph';
import { type Ingress, type Pod, type Snapshot } from '@kroot/types';
import { present } from './present.ts';

/** By spec.controller of the class: a label that the charts and operators of the controller give its pods. */
const LABELS: ReadonlyMap<string, readonly (readonly [string, readonly string[]])[]> = new Map([
  ['k8s.io/ingress-nginx', [['app.kubernetes.io/name', ['ingress-nginx', 'rke2-ingress-nginx']]]],
  [
    'nginx.org/ingress-controller',
    [
      ['app.kubernetes.io/name', ['nginx-ingress']],
      ['app', ['nginx-ingress']],
    ],
  ],
  ['traefik.io/ingress-controller', [['app.kubernetes.io/name', ['traefik']]]],
  ['haproxy.org/ingress-controller/haproxy', [['app.kubernetes.io/name', ['kubernetes-ingress']]]],
  ['haproxy-ingress.github.io/controller', [['app.kubernetes.io/name', ['haproxy-ingress']]]],
  [
    'projectcontour.io/ingress-controller',
    [
      ['app.kubernetes.io/component', ['envoy']],
      ['app', ['envoy']],
    ],
  ],
  [
    'openshift.io/ingress-to-route',
    [['ingresscontroller.operator.openshift.io/deployment-ingresscontroller', ['default']]],
  ],
]);

const podsByController = memoize((snapshot: Snapshot) => {
  const found = new Map<string, Pod[]>();
  for (const pod of snapshot.list('Pod')) {
    if (isFinished(pod) || pod.metadata.deletionTimestamp !== undefined) continue;
    for (const [controller, labels] of LABELS) {
      if (!labels.some(([key, values]) => values.includes(labelValue(pod.metadata.labels, key) ?? ''))) continue;
      // Jobs of the chart bear the same name.
      if (labelValue(pod.metadata.labels, 'app.kubernetes.io/component')?.includes('webhook') === true) continue;
      found.set(controller, [...(found.get(controller) ?? []), pod]);
    }
  }
  return found;
});

/** The pods that carry the requests of an Ingress; none when its controller is not known. */
export function controllerPods(snapshot: Snapshot, { spec }: Ingress): readonly Pod[] {
  const name = spec?.ingressClassName ?? '';
  const controller = name === '' ? undefined : present(snapshot, 'IngressClass', undefined, name)?.spec?.controller;
  return controller === undefined ? [] : (podsByController(snapshot).get(controller) ?? []);
}
