import { formatRef, type Diagnosis, type ResourceRef } from '@kroot/types';
import { formatMoment } from './moment.ts';
import { counted, sentence } from './words.ts';

/** Tells an incident in a few sentences: what began when, why, what it does, and what is not certain. */
export function narrate(diagnosis: Diagnosis): string {
  const { cause, changed = '', confidence, effect, message, remaining, since } = diagnosis;
  const time = formatMoment(since);
  const opening = time === undefined ? message : `${message}, since ${time}`;
  const doubt = confidence >= 0.9 ? '' : `This is ${confidence >= 0.7 ? 'likely' : 'possible'}, not proven.`;
  return [
    sentence(opening),
    sentence(cause),
    changed,
    sentence(effect),
    doubt || sentence(remaining[0] ?? reach(diagnosis)),
  ]
    .filter((part, index, all) => part !== '' && all.indexOf(part) === index)
    .join(' ');
}

function reach({ impact, rootCause }: Diagnosis): string {
  const { daemonSets, deployments, ingresses, jobs, others, pods, services, statefulSets } = impact;
  const all = [pods, deployments, statefulSets, daemonSets, jobs, services, ingresses, others].flat();
  const count = new Set(all.map(formatRef)).size;
  return count === 0
    ? `Nothing else is known to fail because of ${formatRef(rootCause)}`
    : `${counted(count, 'object')} ${count === 1 ? 'fails' : 'fail'} because of ${formatRef(rootCause)}`;
}

/** A chain as it is printed: the resources, then what is wrong with the last one. */
export function chainTexts({ rootCause, why, message }: Diagnosis, chain: readonly ResourceRef[]): readonly string[] {
  const end = why.state === '' ? message : `${rootCause.kind} ${why.state}`;
  return [...chain.map(formatRef), end];
}

/** The chain that explains a diagnosis best; of the cause alone when nothing leads to it. */
export function primaryChain(diagnosis: Diagnosis): readonly string[] {
  return chainTexts(diagnosis, diagnosis.traces[0]?.chain ?? [diagnosis.rootCause]);
}
