import { groupBy, matchesLabelSelector, memoize, podState, refOf, topOwner, type PodState } from '@kroot/graph';
import { refKey, type Because, type ResourceRef, type Snapshot, type WebhookConfiguration } from '@kroot/types';
import { present } from './present.ts';
import { isInjected } from './template-container.ts';

/** A container that no template has, and that fails in the pods of several workloads. */
export interface InjectedFault {
  readonly container: string;
  /** The configuration of the webhook that puts it there. */
  readonly configuration: ResourceRef;
  readonly pods: readonly PodState[];
  readonly owners: readonly ResourceRef[];
}

/** All of them; only where a single MutatingWebhookConfiguration can have done it. */
export const injectedFaults: (snapshot: Snapshot) => readonly InjectedFault[] = memoize((snapshot) => {
  const configurations = snapshot.list('MutatingWebhookConfiguration');
  if (configurations.length === 0) return [];
  const failing = snapshot
    .list('Pod')
    .map((pod) => podState(snapshot, pod))
    .filter(({ blocked, culprit, pod }) => blocked && culprit !== undefined && isAdded(snapshot, pod, culprit.name));
  return [...groupBy(failing, ({ culprit }) => culprit?.name)].flatMap(([container, pods]) => {
    const owners = [...groupBy(pods, ({ pod }) => refKey(topOwner(snapshot, pod))).values()].flatMap(([first]) =>
      first === undefined ? [] : [topOwner(snapshot, first.pod)],
    );
    const able = configurations.filter((configuration) => pods.every((pod) => seesPod(snapshot, configuration, pod)));
    const [only, ...others] = able;
    if (owners.length < 2 || only === undefined || others.length > 0) return [];
    return [{ container, configuration: refOf(only), pods, owners }];
  });
});

function isAdded(snapshot: Snapshot, pod: PodState['pod'], container: string): boolean {
  return isInjected(snapshot, topOwner(snapshot, pod), pod, container);
}

/** Whether a webhook of the configuration is asked when such a pod is created. */
function seesPod(snapshot: Snapshot, { webhooks = [] }: WebhookConfiguration, { pod }: PodState): boolean {
  const namespace = present(snapshot, 'Namespace', undefined, pod.metadata.namespace ?? '');
  return webhooks.some(
    ({ rules = [], namespaceSelector = {}, objectSelector = {} }) =>
      rules.some(
        ({ resources = [], operations = [] }) =>
          (resources.includes('pods') || resources.includes('*')) &&
          (operations.includes('CREATE') || operations.includes('*')),
      ) &&
      (namespace === undefined || matchesLabelSelector(namespaceSelector, namespace.metadata.labels)) &&
      matchesLabelSelector(objectSelector, pod.metadata.labels),
  );
}

/** The webhook that is to blame for a container of a pod, as the cause that its state names. */
export function injectedBy(snapshot: Snapshot, pod: ResourceRef, container: string): readonly Because[] | undefined {
  const key = refKey(pod);
  const fault = injectedFaults(snapshot).find(
    (each) => each.container === container && each.pods.some(({ ref }) => refKey(ref) === key),
  );
  return fault === undefined ? undefined : [{ ref: fault.configuration, mechanism: 'admission' }];
}
