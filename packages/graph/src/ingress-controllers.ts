import { type Ingress, type IngressClass, type Pod, type Snapshot } from '@kroot/types';
import { memoize } from './memo.ts';
import { isFinished } from './pods-by-label.ts';
import { labelValue } from './selectors.ts';

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

/** Whether kroot knows by which labels to find the pods of a controller. */
export function isKnownController(controller: string): boolean {
  return LABELS.has(controller);
}

/** The name of the class that an Ingress asks for; '' if it leaves that to the cluster. */
export function classNameOf({ metadata, spec }: Ingress): string {
  return spec?.ingressClassName ?? labelValue(metadata.annotations, 'kubernetes.io/ingress.class') ?? '';
}

/** The class that an Ingress without one gets, if exactly one says so. */
export function defaultClass(snapshot: Snapshot): IngressClass | undefined {
  const marked = snapshot
    .list('IngressClass')
    .filter(
      ({ metadata }) => labelValue(metadata.annotations, 'ingressclass.kubernetes.io/is-default-class') === 'true',
    );
  return marked.length === 1 ? marked[0] : undefined;
}

/** The pods of a controller, as `spec.controller` of a class names it; none when it is not known. */
export function podsOfController(snapshot: Snapshot, controller: string): readonly Pod[] {
  return podsByController(snapshot).get(controller) ?? [];
}

/** The pods that carry the requests of an Ingress; none when its controller is not known. */
export function controllerPods(snapshot: Snapshot, { spec }: Ingress): readonly Pod[] {
  const name = spec?.ingressClassName ?? '';
  const found = snapshot.list('IngressClass').find(({ metadata }) => metadata.name === name);
  return podsOfController(snapshot, found?.spec?.controller ?? '');
}
