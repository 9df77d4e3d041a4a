import { formatRef, type Finding } from '@kroot/types';
import { type Templated } from '../templated.ts';
import { portNameFault, portNumberFault } from './names.ts';
import { ownContainers } from './own-containers.ts';
import { refusal } from './refusal.ts';
import { twice } from './twice.ts';

/** Ports of containers with names or numbers that are none. */
export function* containerPortFaults(workload: Templated): Generator<Finding> {
  const { ref } = workload;
  for (const { container, path } of ownContainers(workload)) {
    const ports = container.ports ?? [];
    const whose = `container "${container.name}" of ${formatRef(ref)}`;
    for (const [i, port] of ports.entries()) {
      const { name = '' } = port;
      const fault = name === '' ? undefined : portNameFault(name);
      if (fault !== undefined) {
        yield refusal({
          ref,
          discriminator: `${container.name}/port/${name}`,
          message: `A port of ${whose} cannot be called "${name}"`,
          cause: `The API server refuses the name: ${fault}.`,
          path: `${path}.ports[${i}].name`,
          quote: name,
          fix: 'Give the port another name, and what refers to it too.',
        });
      }
      for (const field of ['containerPort', 'hostPort'] as const) {
        const number = port[field];
        if (number === undefined || (field === 'hostPort' && number === 0)) continue;
        const wrong = portNumberFault(number);
        if (wrong === undefined) continue;
        yield refusal({
          ref,
          discriminator: `${container.name}/${field}/${number}`,
          message: `${field} ${number} of ${whose} is no port`,
          cause: `The API server refuses it: ${wrong}.`,
          path: `${path}.ports[${i}].${field}`,
          quote: String(number),
          fix: `Write the port that the program listens on as ${field}.`,
        });
      }
    }
    for (const { index, key } of twice(ports, ({ name }) => name)) {
      yield refusal({
        ref,
        discriminator: `${container.name}/port/${key}/twice`,
        message: `Two ports of ${whose} are called "${key}"`,
        cause: 'The API server says "Duplicate value": the names of the ports of a container must differ.',
        path: `${path}.ports[${index}].name`,
        quote: key,
        fix: 'Rename one of the two ports, or take it out.',
      });
    }
  }
}
