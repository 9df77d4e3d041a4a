import { formatRef, type Finding, type HorizontalPodAutoscaler } from '@kroot/types';
import { refOf } from '@kroot/graph';
import { refusal } from './refusal.ts';

/** Autoscalers with an end below their beginning. */
export function* autoscalerFault(autoscaler: HorizontalPodAutoscaler): Generator<Finding> {
  const { maxReplicas, minReplicas } = autoscaler.spec ?? {};
  if (maxReplicas === undefined) return;
  const ref = refOf(autoscaler);
  const at = { ref, discriminator: 'maxReplicas', path: 'spec.maxReplicas', quote: `maxReplicas: ${maxReplicas}` };
  if (maxReplicas < 1) {
    yield refusal({
      ...at,
      message: `maxReplicas of ${formatRef(ref)} is ${maxReplicas}`,
      cause: 'The API server says "must be greater than 0".',
      fix: 'Write how many replicas there may be, at least 1.',
    });
  } else if (minReplicas !== undefined && maxReplicas < minReplicas) {
    yield refusal({
      ...at,
      message: `maxReplicas of ${formatRef(ref)} is less than minReplicas: ${maxReplicas} and ${minReplicas}`,
      cause: 'The API server says "must be greater than or equal to `minReplicas`".',
      also: { path: 'spec.minReplicas', quote: `minReplicas: ${minReplicas}` },
      fix: `Raise maxReplicas to ${minReplicas} or more, or lower minReplicas.`,
    });
  }
}
