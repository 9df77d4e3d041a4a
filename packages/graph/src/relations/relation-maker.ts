import {
  type KubernetesObject,
  type PodSpec,
  type Relation,
  type ResourceRef,
  type Snapshot,
  type TypedKinds,
} from '@kroot/types';
import { type EdgeDetail } from '../dependency-graph.ts';
import { isTemplateCopy, TEMPLATE_KINDS, templateOf } from '../owners.ts';

/** What a relation maker is given with each object. */
export interface MakerContext {
  readonly snapshot: Snapshot;
  /** The object that is looked at. */
  readonly self: ResourceRef;
  readonly namespace: string;
  /** Adds an edge from the dependent to the dependency. */
  readonly link: (from: ResourceRef, to: ResourceRef, relation: Relation, detail?: EdgeDetail) => void;
}

/** Makes the edges that can be read from one object of a kind; '*' looks at every object but events. */
export interface RelationMaker {
  readonly kind: string;
  make(object: KubernetesObject, context: MakerContext): void;
}

/** A maker for objects of one typed kind. */
export function forKind<K extends keyof TypedKinds>(
  kind: K,
  make: (object: TypedKinds[K], context: MakerContext) => void,
): RelationMaker {
  return { kind, make };
}

/** The spec of a pod or of the template from which pods are made, and where it stands in its object. */
export interface PodSource {
  readonly object: KubernetesObject;
  readonly spec: PodSpec;
  readonly isPod: boolean;
  /** Makes a path below a pod (`spec.volumes[0]`) one below the object. */
  readonly path: (inPod: string) => string;
}

const TEMPLATE_PREFIX = 'spec.template.';
const CRON_JOB_PREFIX = 'spec.jobTemplate.spec.template.';

/**
 * Makers for pods and for the workloads above them, so that a workload without pods has edges too. ReplicaSets of a
 * Deployment and Jobs of a CronJob are left out: their templates are copies, and perhaps older ones.
 */
export function forPodSpecs(make: (source: PodSource, context: MakerContext) => void): readonly RelationMaker[] {
  const ofPods = forKind('Pod', (pod, context) => {
    make({ object: pod, spec: pod.spec, isPod: true, path: (inPod) => inPod }, context);
  });
  const ofTemplates = TEMPLATE_KINDS.map((kind): RelationMaker => {
    const prefix = kind === 'CronJob' ? CRON_JOB_PREFIX : TEMPLATE_PREFIX;
    const path = (inPod: string): string => prefix + inPod;
    return {
      kind,
      make: (object, context) => {
        const template = templateOf(object);
        if (template === undefined || isTemplateCopy(object)) return;
        make({ object, spec: template.spec, isPod: false, path }, context);
      },
    };
  });
  return [ofPods, ...ofTemplates];
}
