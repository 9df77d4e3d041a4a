import { labelValue, memoize, refOf, refTo } from '@kroot/graph';
import {
  ref,
  refKey,
  type Condition,
  type Evidence,
  type ResourceRef,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';
import { clip } from '../messages/clip.ts';
import { fromCondition, fromSpec } from './evidence.ts';
import { listOf, textOf } from './untyped.ts';

const GROUP = 'keda.sh';

/** ScaledObjects of KEDA, as `Snapshot.list` names them. */
export const SCALED_OBJECT: string = `ScaledObject.${GROUP}`;
/** What tells KEDA how to log in to the sources of its metrics. */
export const TRIGGER_AUTHENTICATIONS: readonly string[] = [
  `ClusterTriggerAuthentication.${GROUP}`,
  `TriggerAuthentication.${GROUP}`,
];

/** A ScaledObject and what belongs to it. */
export interface ScaledObjectState {
  readonly ref: ResourceRef;
  readonly object: UntypedObject;
  readonly target?: ResourceRef;
  /** The autoscaler that KEDA makes for it. */
  readonly hpa: ResourceRef;
  readonly isPaused: boolean;
}

const PAUSED = 'autoscaling.keda.sh/paused';
const PAUSED_REPLICAS = 'autoscaling.keda.sh/paused-replicas';

/** All ScaledObjects that are not being deleted. */
export const scaledObjects: (snapshot: Snapshot) => readonly ScaledObjectState[] = memoize((snapshot) =>
  snapshot
    .list(SCALED_OBJECT)
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map((object) => {
      const { name, namespace, annotations } = object.metadata;
      const target = targetOf(object);
      const hpa = textOf(object.spec, 'advanced', 'horizontalPodAutoscalerConfig', 'name') ?? `keda-hpa-${name}`;
      const paused = labelValue(annotations, PAUSED);
      return {
        ref: refOf(object),
        object,
        hpa: ref('HorizontalPodAutoscaler', namespace, hpa),
        isPaused: paused === 'true' || labelValue(annotations, PAUSED_REPLICAS) !== undefined,
        ...(target === undefined ? {} : { target }),
      };
    }),
);

function targetOf({ spec, metadata }: UntypedObject): ResourceRef | undefined {
  const name = textOf(spec, 'scaleTargetRef', 'name') ?? '';
  const apiVersion = textOf(spec, 'scaleTargetRef', 'apiVersion') ?? 'apps/v1';
  return refTo({ apiVersion, kind: textOf(spec, 'scaleTargetRef', 'kind') ?? 'Deployment', name }, metadata.namespace);
}

/** A condition of a ScaledObject, if it has the status. */
export function kedaCondition({ object }: ScaledObjectState, type: string, status: string): Condition | undefined {
  return object.status?.conditions?.find((each) => each.type === type && each.status === status);
}

/** How it is paused, as evidence: an annotation, with the number of pods that it is held at. */
export function pauseEvidence({ ref: target, object }: ScaledObjectState): readonly Evidence[] {
  return [PAUSED, PAUSED_REPLICAS].flatMap((key) => {
    const value = labelValue(object.metadata.annotations, key);
    return value === undefined ? [] : [fromSpec(target, `metadata.annotations[${key}]`, value)];
  });
}

/** The number of pods that a paused ScaledObject is held at, if it says. */
export function pausedReplicas({ object }: ScaledObjectState): string | undefined {
  return labelValue(object.metadata.annotations, PAUSED_REPLICAS);
}

/** Something that KEDA needs to log in and that is not there. */
export interface MissingAuthentication {
  /** The TriggerAuthentication or the Secret that it reads. */
  readonly missing: ResourceRef;
  readonly scaledObjects: ScaledObjectState[];
  readonly evidence: readonly Evidence[];
  /** The snapshot proves it; else the words of KEDA do. */
  readonly proved: boolean;
}

/** All of them, each with the ScaledObjects that need it. */
export const missingAuthentications: (snapshot: Snapshot) => readonly MissingAuthentication[] = memoize((snapshot) => {
  const found = new Map<string, MissingAuthentication>();
  for (const state of scaledObjects(snapshot)) {
    for (const { missing, evidence, proved } of missingOf(snapshot, state)) {
      const key = refKey(missing);
      const known = found.get(key);
      if (known === undefined) found.set(key, { missing, scaledObjects: [state], evidence, proved });
      else if (!known.scaledObjects.includes(state)) known.scaledObjects.push(state);
    }
  }
  return [...found.values()];
});

type Missing = Omit<MissingAuthentication, 'scaledObjects'>;

function missingOf(snapshot: Snapshot, state: ScaledObjectState): readonly Missing[] {
  const ready = kedaCondition(state, 'Ready', 'False');
  const words = clip(ready?.message);
  return listOf(state.object.spec, 'triggers').flatMap((trigger, index) => {
    const name = textOf(trigger, 'authenticationRef', 'name');
    if (name === undefined) return [];
    const kind = textOf(trigger, 'authenticationRef', 'kind') ?? 'TriggerAuthentication';
    const { namespace } = state.object.metadata;
    const target: ResourceRef =
      kind === 'TriggerAuthentication' && namespace !== undefined
        ? { group: GROUP, kind, namespace, name }
        : { group: GROUP, kind, name };
    const used = fromSpec(state.ref, `spec.triggers[${index}].authenticationRef.name`, name);
    const looked = snapshot.lookup(target);
    if (looked.state === 'present')
      return secretsOf(snapshot, target, looked.object).map((each) => ({
        ...each,
        evidence: [...each.evidence, used],
      }));
    const said = ready !== undefined && words.includes(`triggerauthentications.${GROUP} "${name}" not found`);
    if (looked.state !== 'absent' && !said) return [];
    const stated = said ? [fromCondition(state.ref, ready)] : [];
    return [{ missing: target, evidence: [...stated, used], proved: looked.state === 'absent' }];
  });
}

/** ClusterTriggerAuthentications read Secrets from the namespace of KEDA, which is not known here. */
function secretsOf(snapshot: Snapshot, owner: ResourceRef, { spec }: UntypedObject): readonly Missing[] {
  if (owner.namespace === undefined) return [];
  return listOf(spec, 'secretTargetRef').flatMap((entry, index) => {
    const name = textOf(entry, 'name') ?? '';
    const missing = ref('Secret', owner.namespace, name);
    if (name === '' || snapshot.lookup(missing).state !== 'absent') return [];
    return [{ missing, evidence: [fromSpec(owner, `spec.secretTargetRef[${index}].name`, name)], proved: true }];
  });
}
