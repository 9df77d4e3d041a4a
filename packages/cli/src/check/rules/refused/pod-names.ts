import { formatRef, type Finding } from '@kroot/types';
import { templatePath } from '../template-path.ts';
import { type Templated } from '../templated.ts';
import { labelFault } from './names.ts';
import { ownContainers } from './own-containers.ts';
import { refusal } from './refusal.ts';
import { twice } from './twice.ts';

/** Names of containers and volumes that are none, or that two of them have. */
export function* podNameFaults(workload: Templated): Generator<Finding> {
  const { ref, template } = workload;
  const containers = ownContainers(workload).map(({ container, path, role }) => ({
    name: container.name,
    path,
    isInit: role !== 'app',
  }));
  const volumes = (template.spec.volumes ?? []).map(({ name }, i) => ({
    name,
    path: `${templatePath(ref.kind)}spec.volumes[${i}]`,
    isInit: false,
  }));
  for (const [what, named] of [
    ['container', containers],
    ['volume', volumes],
  ] as const) {
    for (const [i, { name, path }] of named.entries()) {
      const fault = labelFault(name);
      if (fault === undefined) continue;
      if (name === '') {
        yield refusal({
          ref,
          discriminator: `${what}/${i}`,
          message: `A ${what} of ${formatRef(ref)} has no name`,
          cause: 'The API server says "Required value" of the name.',
          path,
          quote: 'no name',
          fix: `Give the ${what} a name that no other one has.`,
        });
        continue;
      }
      yield refusal({
        ref,
        discriminator: `${what}/${name}`,
        message: `A ${what} of ${formatRef(ref)} cannot be called "${name}"`,
        cause: `The API server refuses the name: ${fault}.`,
        path: `${path}.name`,
        quote: name,
        fix: `Give the ${what} another name.`,
      });
    }
    // In the order of the server, of which init containers share the names of the others.
    const ordered = named.toSorted((a, b) => Number(a.isInit) - Number(b.isInit));
    for (const { entry, first, key } of twice(ordered, ({ name }) => name)) {
      const other = ordered[first];
      yield refusal({
        ref,
        discriminator: `${what}/${key}/twice`,
        message: `Two ${what}s of ${formatRef(ref)} are called "${key}"`,
        cause: `The API server says "Duplicate value": ${
          entry.isInit === other?.isInit
            ? `the names of ${what}s must differ`
            : 'init containers share their names with the others'
        }.`,
        path: `${entry.path}.name`,
        quote: key,
        also: { path: `${other?.path ?? ''}.name`, quote: key },
        fix: `Rename one of the two ${what}s, or take it out.`,
      });
    }
  }
}
