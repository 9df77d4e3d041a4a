import { formatRef, type Finding, type KubernetesObject, type StatefulSet } from '@kroot/types';
import { type Templated } from '../templated.ts';
import { ownContainers } from './own-containers.ts';
import { refusal } from './refusal.ts';
import { twice } from './twice.ts';

/** Mounts of volumes that are not there, and two mounts at one path. */
export function* mountFaults(workload: Templated): Generator<Finding> {
  const { ref, object, template } = workload;
  const volumes = new Set([
    ...(template.spec.volumes ?? []).map(({ name }) => name),
    ...claimsOf(object).map(({ metadata }) => metadata.name),
  ]);
  for (const { container, path } of ownContainers(workload)) {
    const mounts = container.volumeMounts ?? [];
    const whose = `Container "${container.name}" of ${formatRef(ref)}`;
    for (const [i, { name }] of mounts.entries()) {
      if (volumes.has(name)) continue;
      yield refusal({
        ref,
        discriminator: `${container.name}/${name}`,
        message: `${whose} mounts volume "${name}", which is not there`,
        cause: `It has ${volumes.size === 0 ? 'no volumes' : `the volumes ${[...volumes].join(', ')}`}.`,
        path: `${path}.volumeMounts[${i}].name`,
        quote: name,
        fix: `Add a volume "${name}", or correct the name.`,
      });
    }
    for (const { entry, first, index, key } of twice(mounts, ({ mountPath }) => mountPath)) {
      yield refusal({
        ref,
        discriminator: `${container.name}/mountPath/${key}`,
        message: `${whose} mounts two volumes at ${key}`,
        cause: `The API server says "must be unique" of mountPath; "${mounts[first]?.name ?? ''}" is mounted there already.`,
        path: `${path}.volumeMounts[${index}].mountPath`,
        quote: `${entry.name}: ${key}`,
        fix: 'Mount one of them elsewhere, or take it out.',
      });
    }
  }
}

function claimsOf(object: KubernetesObject): NonNullable<StatefulSet['spec']['volumeClaimTemplates']> {
  return (object as Partial<StatefulSet>).spec?.volumeClaimTemplates ?? [];
}
