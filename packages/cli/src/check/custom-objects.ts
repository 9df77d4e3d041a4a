import { matchesLabelSelector } from '@kroot/graph';
import { type KubernetesObject, type LabelSelector, type Snapshot } from '@kroot/types';
import { isRecord } from './json-path.ts';

/**
 * Groups whose objects make neither pods nor Services: they route, watch, guard, or make what is known of them. Whatever is of
 * another group belongs to an operator of whose work nothing is known.
 */
const SETTLED = new Set([
  'acme.cert-manager.io',
  'autoscaling.k8s.io',
  'bitnami.com',
  'cert-manager.io',
  'cilium.io',
  'crd.projectcalico.org',
  'elbv2.k8s.aws',
  'external-secrets.io',
  'gateway.envoyproxy.io',
  'gateway.networking.k8s.io',
  'generators.external-secrets.io',
  'image.toolkit.fluxcd.io',
  'isindir.github.com',
  'karpenter.k8s.aws',
  'karpenter.sh',
  'keda.sh',
  'kubernetes-client.io',
  'kyverno.io',
  'linkerd.io',
  'networking.gke.io',
  'networking.istio.io',
  'networking.x-k8s.io',
  'notification.toolkit.fluxcd.io',
  'onepassword.com',
  'policy.linkerd.io',
  'projectcalico.org',
  'projectcontour.io',
  'secrets-store.csi.x-k8s.io',
  'secrets.hashicorp.com',
  'secrets.infisical.com',
  'security.istio.io',
  'snapshot.storage.k8s.io',
  'source.toolkit.fluxcd.io',
  'spv.no',
  'telemetry.istio.io',
  'traefik.containo.us',
  'traefik.io',
  'trust.cert-manager.io',
]);

/** Kinds of other groups that are of the same sort. */
const SETTLED_KINDS = new Set([
  'AlertmanagerConfig.monitoring.coreos.com',
  'AnalysisTemplate.argoproj.io',
  'AppProject.argoproj.io',
  'PodMonitor.monitoring.coreos.com',
  'Probe.monitoring.coreos.com',
  'PrometheusRule.monitoring.coreos.com',
  'Rollout.argoproj.io',
  'ScrapeConfig.monitoring.coreos.com',
  'ServiceMonitor.monitoring.coreos.com',
]);

/** The objects of kinds that Kubernetes does not have. */
export function customObjects(snapshot: Snapshot): readonly KubernetesObject[] {
  return ofKinds(snapshot, () => true);
}

/** Those of operators, which make Secrets, Services, pods and more in their namespace: `NAME` and `NAME-SUFFIX`. */
export function operands(snapshot: Snapshot): readonly KubernetesObject[] {
  return ofKinds(snapshot, (kind) => isUnsettled(kind) && !SETTLED_KINDS.has(kind));
}

function isUnsettled(kind: string): boolean {
  return !SETTLED.has(kind.slice(kind.indexOf('.') + 1));
}

function ofKinds(snapshot: Snapshot, isMeant: (kind: string) => boolean): readonly KubernetesObject[] {
  return snapshot
    .kinds()
    .filter((kind) => kind.includes('.') && isMeant(kind))
    .flatMap((kind): readonly KubernetesObject[] => snapshot.list(kind));
}

/** Whether a selector may be for pods of a custom object: it fits labels that the object gives them, or names the object. */
export function fitsCustomPods(snapshot: Snapshot, namespace: string | undefined, selector: LabelSelector): boolean {
  const isHere = ({ metadata }: KubernetesObject): boolean => metadata.namespace === namespace;
  const values = new Set([
    ...Object.values(selector.matchLabels ?? {}),
    ...(selector.matchExpressions ?? []).flatMap((each) => each.values ?? []),
  ]);
  return (
    ofKinds(snapshot, isUnsettled).some(
      (object) => isHere(object) && givenLabels(object).some((labels) => matchesLabelSelector(selector, labels)),
    ) || operands(snapshot).some((object) => isHere(object) && values.has(object.metadata.name))
  );
}

/** How deep operators nest the templates of their pods. */
const MAX_DEPTH = 12;

/** Labels that an object has for what it makes: those of a template, wherever it is. */
function givenLabels(object: KubernetesObject): readonly Readonly<Record<string, string>>[] {
  const found: Readonly<Record<string, string>>[] = [];
  const walk = (value: unknown, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (Array.isArray(value)) for (const each of value) walk(each, depth + 1);
    if (!isRecord(value)) return;
    for (const [key, each] of Object.entries(value)) {
      if (/labels$/i.test(key) && !key.startsWith('match') && isRecord(each)) found.push(texts(each));
      else walk(each, depth + 1);
    }
  };
  const { metadata: _own, ...rest } = object;
  walk(rest, 0);
  return found;
}

function texts(record: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
