import { type ResourceRef } from './resource-ref.ts';

/**
 * What ties two objects together, always from the dependent to what it depends on. `custom:…` is for plugins.
 */
export type Relation =
  | 'owns'
  | 'secret'
  | 'config-map'
  | 'pull-secret'
  | 'service-account'
  | 'claim'
  | 'volume'
  | 'storage-class'
  | 'attachment'
  | 'csi-driver'
  | 'node'
  | 'priority-class'
  | 'runtime-class'
  | 'selects'
  | 'endpoint-slice'
  | 'endpoint'
  | 'backed-by'
  | 'routes-to'
  | 'ingress-class'
  | 'tls-secret'
  | 'scales'
  | 'guards'
  | 'gated-by'
  | 'governing-service'
  | 'talks-to'
  | 'isolated-by'
  | 'resolves-with'
  | 'served-by'
  | 'binding'
  | 'role'
  | 'node-agent'
  | 'metrics-api'
  | `custom:${string}`;

/** Whether the object at the end of an edge is there. */
export type NodeStatus = 'present' | 'absent' | 'unknown';

/** One dependency. */
export interface EdgeView {
  readonly from: ResourceRef;
  readonly to: ResourceRef;
  readonly relation: Relation;
  /** Status of `to`. */
  readonly status: NodeStatus;
  /** Field of `from` that makes the edge, such as `spec.containers[0].env[2].valueFrom.secretKeyRef`. */
  readonly path?: string;
  /** Key of a Secret or ConfigMap that is needed. */
  readonly key?: string;
  /** True when Kubernetes goes on without the object. */
  readonly optional?: boolean;
  /** Container, port or other detail for messages. */
  readonly detail?: string;
}

/** The dependency graph, read-only. Edges come in a total order. */
export interface GraphView {
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** Status of an object that the graph knows; 'unknown' for all others. */
  status(target: ResourceRef): NodeStatus;
  /** What the object depends on. */
  dependencies(target: ResourceRef): readonly EdgeView[];
  /** What depends on the object. */
  dependents(target: ResourceRef): readonly EdgeView[];
}
