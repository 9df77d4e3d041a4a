import { type Mechanism } from '@kroot/types';

/**
 * How far a pod or container has got, in the kubelet's own order. A failure at one stage proves the stages before it and
 * says nothing about those after it.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kuberuntime/kuberuntime_container.go (startContainer)
 */
export const STAGES = [
  'gated',
  'unscheduled',
  'rejected',
  'volumes',
  'sandbox',
  'image',
  'config',
  'create',
  'start',
  'exit',
  'init-running',
  'startup',
  'readiness',
  'gates',
  'starting',
  'ready',
  'completed',
  'failed',
  'terminating',
  'node-lost',
  'unknown',
] as const;

/** One of `STAGES`. */
export type Stage = (typeof STAGES)[number];

const MECHANISM_OF: Readonly<Partial<Record<Stage, Mechanism>>> = {
  gated: 'scheduling',
  unscheduled: 'scheduling',
  rejected: 'node-admission',
  volumes: 'volume',
  sandbox: 'sandbox',
  image: 'image',
  config: 'container-config',
  create: 'container-start',
  start: 'container-start',
  exit: 'container-exit',
  'init-running': 'dependency',
  startup: 'readiness',
  readiness: 'readiness',
  gates: 'readiness',
  failed: 'eviction',
  terminating: 'deletion',
  'node-lost': 'node-lost',
};

/** The mechanism that blocks a pod at a stage; undefined where nothing is blocked. */
export function mechanismOf(stage: Stage): Mechanism | undefined {
  return MECHANISM_OF[stage];
}

const WAITING_STAGE: ReadonlyMap<string, Stage> = new Map([
  ['ErrImagePull', 'image'],
  ['ImagePullBackOff', 'image'],
  ['ImageInspectError', 'image'],
  ['ErrImageNeverPull', 'image'],
  ['RegistryUnavailable', 'image'],
  ['SignatureValidationFailed', 'image'],
  ['InvalidImageName', 'image'],
  ['CreateContainerConfigError', 'config'],
  ['CreateContainerError', 'create'],
  ['PreCreateHookError', 'create'],
  ['PreStartHookError', 'start'],
  ['PostStartHookError', 'start'],
  ['RunContainerError', 'start'],
  ['CrashLoopBackOff', 'exit'],
]);

/**
 * The stage at which a container waits, by its waiting reason; undefined for ContainerCreating and PodInitializing, which
 * say nothing about this container.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/container/sync_result.go
 */
export function waitingStage(reason: string | undefined): Stage | undefined {
  return reason === undefined ? undefined : WAITING_STAGE.get(reason);
}
