/**
 * Conditions that the node problem detector and the node agents of clouds set, and that are bad when they are True.
 * https://github.com/kubernetes/node-problem-detector/tree/master/config
 */
export const DETECTOR_CONDITIONS: ReadonlySet<string> = new Set([
  'ContainerRuntimeUnhealthy',
  'CorruptDockerOverlay2',
  'CperHardwareErrorFatal',
  'DiskBadBlock',
  'FilesystemCorruptionProblem',
  'FrequentContainerdRestart',
  'FrequentDockerRestart',
  'FrequentKubeletRestart',
  'FrequentUnregisterNetDevice',
  'KernelDeadlock',
  'KubeProxyUnhealthy',
  'KubeletUnhealthy',
  'NTPProblem',
  'ReadonlyFilesystem',
  'XfsShutdown',
]);
