import {
  ref,
  type KubernetesObject,
  type ResourceRef,
  type Snapshot,
  type StringMap,
  type WebhookConfiguration,
} from '@kroot/types';
import { type EdgeDetail } from '../dependency-graph.ts';
import { memoize } from '../memo.ts';
import { controlledBy, TEMPLATE_KINDS, templateOf } from '../owners.ts';
import { refOf } from '../refs.ts';
import { labelValue, matchesLabelSelector } from '../selectors.ts';
import { forKind, type MakerContext, type RelationMaker } from './relation-maker.ts';

/**
 * What stands between a controller and the pods that it creates. Deployments create ReplicaSets, not pods; old ReplicaSets
 * and completed Jobs have nothing to create any more.
 */
export const admissionRelations: readonly RelationMaker[] = [
  ...(['ReplicaSet', 'ReplicationController', 'StatefulSet'] as const).map((kind) =>
    forKind(kind, (object, context) => {
      if (object.spec.replicas !== 0) linkGates(object, context);
    }),
  ),
  forKind('DaemonSet', linkGates),
  forKind('Job', (job, context) => {
    if (job.status?.completionTime === undefined) linkGates(job, context);
  }),
  forKind('CronJob', linkGates),
  {
    kind: '*',
    make: (object, context) => {
      if (isCustomPodController(object, context.snapshot)) linkGates(object, context);
    },
  },
];

const BUILTIN: ReadonlySet<string> = new Set([...TEMPLATE_KINDS, 'Node']);

/** Operators that create pods themselves, such as those of pipelines and databases. */
function isCustomPodController(object: KubernetesObject, snapshot: Snapshot): boolean {
  if (BUILTIN.has(object.kind)) return false;
  return controlledBy(snapshot, refOf(object)).some(({ kind }) => kind === 'Pod');
}

function linkGates(object: KubernetesObject, { snapshot, self, namespace, link }: MakerContext): void {
  if (namespace === '') return;
  for (const target of namespaceGates(snapshot, namespace)) link(self, target, 'gated-by');
  const labels = templateOf(object)?.metadata?.labels ?? {};
  // The labels of pods that an operator makes are its own business.
  const isOperator = !BUILTIN.has(object.kind);
  for (const { target, detail, objectSelector } of webhookGates(snapshot, namespace)) {
    if (!isOperator && !matchesLabelSelector(objectSelector ?? {}, labels)) continue;
    link(self, target, 'gated-by', detail);
  }
}

const gatesOfNamespace = memoize(() => new Map<string, readonly ResourceRef[]>());

function namespaceGates(snapshot: Snapshot, namespace: string): readonly ResourceRef[] {
  const known = gatesOfNamespace(snapshot).get(namespace);
  if (known !== undefined) return known;
  const gates = [
    ref('Namespace', undefined, namespace),
    ...snapshot.list('ResourceQuota', namespace).map((quota) => refOf(quota)),
    ...snapshot.list('LimitRange', namespace).map((range) => refOf(range)),
  ];
  gatesOfNamespace(snapshot).set(namespace, gates);
  return gates;
}

type Webhook = NonNullable<WebhookConfiguration['webhooks']>[number];

interface WebhookGate {
  readonly target: ResourceRef;
  /** Shared by all of its edges. */
  readonly detail: EdgeDetail;
  readonly namespaceSelector?: Webhook['namespaceSelector'];
  readonly objectSelector?: Webhook['objectSelector'];
}

/** The webhooks that are asked when a pod is created. */
const podWebhooks = memoize((snapshot): readonly WebhookGate[] =>
  (['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'] as const).flatMap((kind) =>
    snapshot.list(kind).flatMap((configuration) =>
      (configuration.webhooks ?? [])
        .filter(({ rules = [] }) => rules.some(coversPodCreation))
        .map(({ name, namespaceSelector, objectSelector }) => ({
          target: refOf(configuration),
          detail: { detail: `webhook ${name}` },
          namespaceSelector,
          objectSelector,
        })),
    ),
  ),
);

/** https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules */
function coversPodCreation(rule: NonNullable<Webhook['rules']>[number]): boolean {
  const { apiGroups = [], apiVersions = [], operations = [], resources = [], scope = '*' } = rule;
  return (
    includesAny(operations, 'CREATE', '*') &&
    includesAny(apiGroups, '', '*') &&
    includesAny(apiVersions, 'v1', '*') &&
    includesAny(resources, 'pods', '*', '*/*') &&
    scope !== 'Cluster'
  );
}

function includesAny(list: readonly string[], ...wanted: readonly string[]): boolean {
  return wanted.some((each) => list.includes(each));
}

const webhooksOfNamespace = memoize(() => new Map<string, readonly WebhookGate[]>());

function webhookGates(snapshot: Snapshot, namespace: string): readonly WebhookGate[] {
  const known = webhooksOfNamespace(snapshot).get(namespace);
  if (known !== undefined) return known;
  const labels = namespaceLabels(snapshot, namespace);
  const gates = podWebhooks(snapshot).filter(({ namespaceSelector = {} }) =>
    matchesLabelSelector(namespaceSelector, labels),
  );
  webhooksOfNamespace(snapshot).set(namespace, gates);
  return gates;
}

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** The API server labels every namespace with its name. */
function namespaceLabels(snapshot: Snapshot, namespace: string): StringMap {
  const found = snapshot.lookup({ ...ref('Namespace', undefined, namespace), kind: 'Namespace' });
  const labels = found.state === 'present' ? found.object.metadata.labels : undefined;
  return labelValue(labels, NAME_LABEL) === undefined ? { ...labels, [NAME_LABEL]: namespace } : (labels ?? {});
}
