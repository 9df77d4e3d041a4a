import { controllerOf, templateOf } from '@kroot/graph';
import { ref, type KubernetesObject, type Pod, type PodSpec } from '@kroot/types';
import { type Draft } from './draft.ts';
import { nameOf, valueAt } from './json.ts';

const REVISION = 'controller-revision-hash';

/**
 * A pod as its controller makes it again after it was deleted: from the template of today, with what admission and the
 * controller put into the old one, and with the pull Secrets that its ServiceAccount has now.
 */
export function remade(draft: Draft, pod: Pod): Pod {
  const controller = controllerOf(pod);
  const owner = controller === undefined ? undefined : draft.get(controller);
  const template = owner === undefined ? undefined : templateOf(owner);
  if (owner === undefined || template === undefined) return pod;
  const { volumes = [], tolerations = [], affinity } = pod.spec;
  const wanted = template.spec;
  const spec: PodSpec = {
    ...pod.spec,
    ...wanted,
    volumes: [...(wanted.volumes ?? []), ...volumes.filter((own) => !hasName(wanted.volumes, nameOf(own)))],
    tolerations: [...(wanted.tolerations ?? []), ...tolerations],
    // A pod of a DaemonSet is tied to its node by what the controller adds.
    ...(owner.kind === 'DaemonSet' && affinity !== undefined ? { affinity } : {}),
    ...pullSecrets(draft, pod, wanted),
  };
  return { ...pod, metadata: { ...pod.metadata, labels: labelsOf(pod, owner, template.metadata?.labels) }, spec };
}

function hasName(list: readonly unknown[] | undefined, name: string | undefined): boolean {
  return (list ?? []).some((entry) => nameOf(entry) === name);
}

function labelsOf(
  { metadata }: Pod,
  owner: KubernetesObject,
  wanted: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const revision = valueAt(owner, ['status', 'updateRevision']);
  return { ...metadata.labels, ...wanted, ...(typeof revision === 'string' ? { [REVISION]: revision } : {}) };
}

/** Pods without pull Secrets of their own get those of their account when they are made. */
function pullSecrets(draft: Draft, pod: Pod, wanted: PodSpec): Pick<PodSpec, 'imagePullSecrets'> {
  if ((wanted.imagePullSecrets ?? []).length > 0) return {};
  const account = draft.get(ref('ServiceAccount', pod.metadata.namespace, wanted.serviceAccountName ?? 'default'));
  const secrets = valueAt(account, ['imagePullSecrets']);
  if (!Array.isArray(secrets)) return {};
  const names = secrets.flatMap((entry: unknown) => nameOf(entry) ?? []);
  return { imagePullSecrets: names.map((name) => ({ name })) };
}
