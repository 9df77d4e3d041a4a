import { formatRef, type Finding, type Service } from '@kroot/types';
import { refOf } from '@kroot/graph';
import { labelFault, portNumberFault } from './names.ts';
import { refusal } from './refusal.ts';
import { twice } from './twice.ts';

/** Ports of Services without or with wrong names or numbers. */
export function* serviceFaults(service: Service): Generator<Finding> {
  const ports = service.spec?.ports ?? [];
  const ref = refOf(service);
  const name = formatRef(ref);
  for (const [i, port] of ports.entries()) {
    const path = `spec.ports[${i}]`;
    const called = port.name ?? '';
    const wrong = portNumberFault(port.port);
    const fault = called === '' ? undefined : labelFault(called);
    if (called === '' && ports.length > 1) {
      yield refusal({
        ref,
        discriminator: `port/${port.port}/name`,
        message: `Port ${port.port} of ${name} has no name`,
        cause: 'The API server says "Required value": where there are several ports, each needs a name.',
        path,
        quote: `port: ${port.port}, without name`,
        fix: `Give port ${port.port} a name that no other port of the Service has.`,
      });
    }
    if (fault !== undefined) {
      yield refusal({
        ref,
        discriminator: `port/${called}`,
        message: `A port of ${name} cannot be called "${called}"`,
        cause: `The API server refuses the name: ${fault}.`,
        path: `${path}.name`,
        quote: called,
        fix: 'Give the port another name, and what refers to it too.',
      });
    }
    if (wrong !== undefined) {
      yield refusal({
        ref,
        discriminator: `port/${port.port}`,
        message: `Port ${port.port} of ${name} is no port`,
        cause: `The API server refuses it: ${wrong}.`,
        path: `${path}.port`,
        quote: `port: ${port.port}`,
        fix: 'Write the port that clients are to use.',
      });
    }
  }
  for (const { index, key } of twice(ports, (port) => port.name)) {
    yield refusal({
      ref,
      discriminator: `port/${key}/twice`,
      message: `Two ports of ${name} are called "${key}"`,
      cause: 'The API server says "Duplicate value": the names of the ports of a Service must differ.',
      path: `spec.ports[${index}].name`,
      quote: key,
      fix: 'Rename one of the two ports, or take it out.',
    });
  }
  for (const { entry, index, key } of twice(ports, ({ port, protocol = 'TCP' }) => `${port}/${protocol}`)) {
    yield refusal({
      ref,
      discriminator: `port/${key}/number`,
      message: `${name} has port ${key} twice`,
      cause: 'The API server says "Duplicate value": a port leads to one place.',
      path: `spec.ports[${index}].port`,
      quote: `port: ${entry.port}`,
      fix: 'Give one of the two another number, or take it out.',
    });
  }
}
