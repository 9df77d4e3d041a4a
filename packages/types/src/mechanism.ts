/**
 * The ways in which one object stops another. A fault says which it breaks, a symptom which it waits for, and each
 * relation of the graph which may travel along it: that is the whole causal theory.
 */
export const MECHANISMS = [
  /** A controller cannot create its pods (quota, LimitRange, PodSecurity, ServiceAccount, webhook). */
  'pod-creation',
  /** The scheduler finds no node. */
  'scheduling',
  /** The kubelet refuses the pod. */
  'node-admission',
  /** A volume cannot be attached or mounted. */
  'volume',
  /** The pod's sandbox or network cannot be set up. */
  'sandbox',
  /** An image cannot be pulled. */
  'image',
  /** A container cannot be configured (missing Secret, ConfigMap, key, user). */
  'container-config',
  /** A container is created but cannot be started. */
  'container-start',
  /** A container ends, and again, when it should run. */
  'container-exit',
  /** Containers run but are not ready. */
  'readiness',
  /** The pods of a workload are not available. */
  'availability',
  /** The node under a pod is lost. */
  'node-lost',
  /** The node is under pressure and evicts. */
  'eviction',
  /** A Service has no ready endpoints, or none on the right port. */
  'endpoints',
  /** A request that comes in by Ingress or Gateway ends nowhere. */
  'route',
  /** A program depends on a Service that does not answer. */
  'dependency',
  /** Names do not resolve. */
  'name-resolution',
  /** Packets are not let through. */
  'network',
  /** A claim gets no volume. */
  'provisioning',
  /** A request to the API is refused or cannot be decided (webhooks, quota on other objects). */
  'admission',
  /** An extension API is not served. */
  'extension-api',
  /** Metrics cannot be had. */
  'metrics',
  /** A workload is not scaled as it should be. */
  'scaling',
  /** A new revision does not get through. */
  'rollout',
  /** An object cannot be deleted. */
  'deletion',
] as const;

/** One of `MECHANISMS`. */
export type Mechanism = (typeof MECHANISMS)[number];
