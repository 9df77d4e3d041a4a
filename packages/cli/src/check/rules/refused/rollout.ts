import { formatRef, type Deployment, type Finding } from '@kroot/types';
import { refOf } from '@kroot/graph';
import { refusal } from './refusal.ts';

/** Rollouts that could never begin, or that are told how to do what they do not do. */
export function* rolloutFault(deployment: Deployment): Generator<Finding> {
  const { type = 'RollingUpdate', rollingUpdate } = deployment.spec.strategy ?? {};
  if (rollingUpdate === undefined) return;
  const ref = refOf(deployment);
  if (type === 'Recreate') {
    yield refusal({
      ref,
      discriminator: 'rollingUpdate',
      message: `${formatRef(ref)} says how to roll, though its strategy is Recreate`,
      cause: 'The API server says "may not be specified when strategy `type` is \'Recreate\'".',
      path: 'spec.strategy.rollingUpdate',
      quote: 'type: Recreate, with rollingUpdate',
      fix: 'Take rollingUpdate out, or write type: RollingUpdate.',
    });
    return;
  }
  const { maxSurge, maxUnavailable } = rollingUpdate;
  if (type !== 'RollingUpdate' || !isNone(maxSurge) || !isNone(maxUnavailable)) return;
  yield refusal({
    ref,
    discriminator: 'rollingUpdate',
    message: `${formatRef(ref)} may have neither one pod more nor one less, so it could never roll`,
    cause: 'The API server says "may not be 0 when `maxSurge` is 0" of maxUnavailable.',
    path: 'spec.strategy.rollingUpdate.maxUnavailable',
    quote: `maxUnavailable: ${String(maxUnavailable)}`,
    also: { path: 'spec.strategy.rollingUpdate.maxSurge', quote: `maxSurge: ${String(maxSurge)}` },
    fix: 'Write maxSurge: 1, or maxUnavailable: 1 where there is no room for one more.',
  });
}

function isNone(amount: number | string | undefined): boolean {
  return amount === 0 || (typeof amount === 'string' && /^0+%$/.test(amount));
}
