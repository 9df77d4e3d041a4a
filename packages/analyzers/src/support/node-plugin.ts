import { podState, podsOf, refOf } from '@kroot/graph';
import { type DaemonSet, type PodSpec, type Snapshot } from '@kroot/types';

/** Names of the nodes whose CSINode lists a driver, in order. */
export function nodesWithDriver(snapshot: Snapshot, driver: string): readonly string[] {
  return snapshot
    .list('CSINode')
    .filter(({ spec }) => spec?.drivers?.some(({ name }) => name === driver) === true)
    .map(({ metadata }) => metadata.name);
}

/**
 * The DaemonSet that brings a CSI driver to the nodes: the one that names the driver, else the only storage plugin that has
 * a ready pod wherever the driver is registered and none on the node that lacks it. Undefined when that singles none out.
 */
export function nodePlugin(snapshot: Snapshot, driver: string, node: string): DaemonSet | undefined {
  const plugins = snapshot.list('DaemonSet').filter(({ spec }) => isStoragePlugin(spec.template.spec));
  const naming = plugins.filter(({ spec }) => textsOf(spec.template.spec).some((text) => text.includes(driver)));
  if (naming.length === 1) return naming[0];
  const have = nodesWithDriver(snapshot, driver);
  if (have.length === 0) return undefined;
  const fitting = (naming.length > 1 ? naming : plugins).filter((plugin) => {
    const ready = new Set(
      podsOf(snapshot, refOf(plugin))
        .filter((pod) => podState(snapshot, pod).stage === 'ready')
        .map(({ spec }) => spec.nodeName ?? ''),
    );
    return !ready.has(node) && have.every((name) => ready.has(name));
  });
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Registration goes through a socket in the kubelet's folder for plugins, mostly by the registrar sidecar. */
function isStoragePlugin(spec: PodSpec): boolean {
  const folders = (spec.volumes ?? []).some(({ hostPath }) =>
    /\/plugins(?:_registry)?(?:\/|$)/.test(hostPath?.path ?? ''),
  );
  return folders || spec.containers.some(({ image = '' }) => image.includes('node-driver-registrar'));
}

function textsOf(spec: PodSpec): readonly string[] {
  return [
    ...[...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ args = [], command = [], env = [] }) => [
      ...args,
      ...command,
      ...env.map(({ value = '' }) => value),
    ]),
    ...(spec.volumes ?? []).map(({ hostPath }) => hostPath?.path ?? ''),
  ];
}
