import { formatRef, type Finding } from '@kroot/types';
import { type Templated } from '../templated.ts';
import { ownContainers } from './own-containers.ts';
import { refusal } from './refusal.ts';

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;

/** Probes that want more than one success where one has to do, and probes that ask in two ways. */
export function* probeFaults(workload: Templated): Generator<Finding> {
  const { ref } = workload;
  for (const { container, path, role } of ownContainers(workload)) {
    if (role === 'init') continue;
    for (const field of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      const probe = container[field];
      if (probe === undefined) continue;
      const whose = `The ${field} of container "${container.name}" of ${formatRef(ref)}`;
      const { successThreshold = 0 } = probe;
      // Nought is the default, which is one.
      if (field !== 'readinessProbe' && successThreshold !== 0 && successThreshold !== 1) {
        yield refusal({
          ref,
          discriminator: `${container.name}/${field}/successThreshold`,
          message: `${whose} has successThreshold ${successThreshold}`,
          cause: 'The API server says "must be 1": only a readinessProbe may ask for more.',
          path: `${path}.${field}.successThreshold`,
          quote: `successThreshold: ${successThreshold}`,
          fix: 'Write successThreshold: 1, or take it out.',
        });
      }
      const [first, second] = HANDLERS.filter((handler) => probe[handler] !== undefined);
      if (first === undefined || second === undefined) continue;
      yield refusal({
        ref,
        discriminator: `${container.name}/${field}/handler`,
        message: `${whose} asks in two ways: ${first} and ${second}`,
        cause: 'The API server says "may not specify more than 1 handler type".',
        path: `${path}.${field}.${second}`,
        quote: `${first}, ${second}`,
        fix: `Keep ${first} or ${second}.`,
      });
    }
  }
}
