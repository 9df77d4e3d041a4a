/** First what refers to others, the largest first, so that what it refers to is never older than it. */
const REFERRERS: readonly string[] = [
  'Pod',
  'ReplicaSet',
  'EndpointSlice',
  'Deployment',
  'Service',
  'Job',
  'Endpoints',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'Ingress',
  'NetworkPolicy',
  'ReplicationController',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'Namespace',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'APIService',
  'RoleBinding',
  'ClusterRoleBinding',
];

/** Events are about all of these. */
const LAST = 'Event';

/** The kinds in two stages: those that refer to others, then all others and at the end the Events. */
export function stagesOf(kinds: readonly string[]): readonly (readonly string[])[] {
  const asked = new Set(kinds);
  const first = REFERRERS.filter((kind) => asked.has(kind));
  const custom = [...asked].filter((kind) => kind.includes('.'));
  const early = new Set([...first, ...custom]);
  const rest = [...asked].filter((kind) => !early.has(kind) && kind !== LAST);
  return [[...early], [...rest, ...(asked.has(LAST) ? [LAST] : [])]];
}
