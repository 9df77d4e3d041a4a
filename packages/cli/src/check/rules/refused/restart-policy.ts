import { formatRef, type Finding } from '@kroot/types';
import { templatePath } from '../template-path.ts';
import { type Templated } from '../templated.ts';
import { isWhole } from './own-containers.ts';
import { refusal } from './refusal.ts';
import { isUnrendered } from './unrendered.ts';

const ENDING: ReadonlySet<string> = new Set(['Job', 'CronJob']);

/** Pods that are to end need another restart policy than pods that are to go on. */
export function* restartPolicyFault(workload: Templated): Generator<Finding> {
  const { ref, template } = workload;
  const { restartPolicy } = template.spec;
  if (ref.kind === 'Pod' || isUnrendered(restartPolicy ?? '')) return;
  const ends = ENDING.has(ref.kind);
  const isRight = ends
    ? restartPolicy === 'OnFailure' || restartPolicy === 'Never' || (restartPolicy === undefined && !isWhole(workload))
    : restartPolicy === undefined || restartPolicy === 'Always';
  if (isRight) return;
  yield refusal({
    ref,
    discriminator: 'restartPolicy',
    message: `The pods of ${formatRef(ref)} ${restartPolicy === undefined ? 'state no restartPolicy' : `have restartPolicy ${restartPolicy}`}`,
    cause: ends
      ? `The API server takes only OnFailure and Never for a ${ref.kind}${restartPolicy === undefined ? ', and the default is Always' : ''}.`
      : `The API server takes only Always for a ${ref.kind}.`,
    path: `${templatePath(ref.kind)}spec.restartPolicy`,
    quote: restartPolicy === undefined ? 'no restartPolicy' : `restartPolicy: ${restartPolicy}`,
    fix: ends
      ? 'Write restartPolicy: OnFailure, or Never for a new pod with each attempt.'
      : `Take restartPolicy out, or make it a Job, if it is to end.`,
  });
}
