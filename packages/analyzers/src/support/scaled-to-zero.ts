import {
  controllerOf,
  isFinished,
  labelValue,
  memoize,
  presentObject,
  refOf,
  serviceEndpoints,
  timeOf,
  workloadNamed,
} from '@kroot/graph';
import {
  sameRef,
  type HorizontalPodAutoscaler,
  type ResourceRef,
  type Service,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';

/** A Service whose only workloads want no pods. */
interface ScaledToZero {
  readonly service: Service;
  readonly workloads: readonly ResourceRef[];
  /** Somebody scales them up again by need: KEDA, Knative, an autoscaler with a minimum of 0. */
  readonly onDemand?: string;
}

/** Services that select workloads with 0 replicas and nothing else. */
export const scaledToZero: (snapshot: Snapshot) => readonly ScaledToZero[] = memoize((snapshot) =>
  snapshot.list('Service').flatMap((service) => {
    const { managed, workloads, selected, selectedComplete, source, complete, ready, notReady } = serviceEndpoints(
      snapshot,
      service,
    );
    const isStated = complete && source !== 'computed' && ready.length + notReady.length === 0;
    const alive = selected.some((pod) => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined);
    if (!managed || workloads.length === 0 || !(selectedComplete || isStated) || alive) return [];
    if (!workloads.every((target) => workloadNamed(snapshot, target)?.replicas === 0)) return [];
    const [onDemand] = workloads.flatMap((target) => scalerOf(snapshot, target) ?? []);
    return [{ service, workloads, ...(onDemand === undefined ? {} : { onDemand }) }];
  }),
);

/** What scales a workload from zero, in words. */
function scalerOf(snapshot: Snapshot, target: ResourceRef): string | undefined {
  const workload = workloadNamed(snapshot, target)?.object;
  const controller = workload === undefined ? undefined : controllerOf(workload);
  if (controller !== undefined) return `${controller.kind} ${controller.name}`;
  const scaler = snapshot.list('HorizontalPodAutoscaler', target.namespace).find((hpa) => scales(hpa, target));
  if (scaler !== undefined && (scaler.spec?.minReplicas === 0 || isKeda(scaler))) {
    return `HorizontalPodAutoscaler ${scaler.metadata.name}`;
  }
  for (const kind of ['ScaledObject.keda.sh', 'HTTPScaledObject.http.keda.sh']) {
    const object = snapshot.list(kind, target.namespace).find((each) => kedaTarget(each) === target.name);
    if (object !== undefined) return `${object.kind} ${object.metadata.name}`;
  }
  return undefined;
}

function scales({ spec }: HorizontalPodAutoscaler, target: ResourceRef): boolean {
  const { kind, name } = spec?.scaleTargetRef ?? {};
  return kind === target.kind && name === target.name;
}

function isKeda({ metadata }: HorizontalPodAutoscaler): boolean {
  return labelValue(metadata.labels, 'app.kubernetes.io/managed-by') === 'keda-operator';
}

function kedaTarget({ spec }: UntypedObject): string | undefined {
  const target = memberOf(spec, 'scaleTargetRef');
  const name = memberOf(target, 'name') ?? memberOf(target, 'deployment');
  return typeof name === 'string' ? name : undefined;
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(key);
}

/** The entry of a Service, if its workloads are scaled to zero. */
export function scaledToZeroBehind(snapshot: Snapshot, service: Service): ScaledToZero | undefined {
  const subject = refOf(service);
  return scaledToZero(snapshot).find((entry) => sameRef(refOf(entry.service), subject));
}

/** When a workload was scaled last, as far as the change clock tells. */
export function scaledAt(snapshot: Snapshot, target: ResourceRef): string | undefined {
  const changes = presentObject(snapshot, target)?.metadata.changes ?? [];
  return changes.find(
    ({ time, subresource, paths }) =>
      timeOf(time) !== undefined &&
      (subresource === 'scale' || paths.some((path) => path === 'spec' || path === 'spec.replicas')),
  )?.time;
}
