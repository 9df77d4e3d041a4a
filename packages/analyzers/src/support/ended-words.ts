import { type ResourceRef } from '@kroot/types';
import { inWords } from './kubectl.ts';
import { counted, listed } from './words.ts';

/** Pods that have ended, and whose they were: `3 pods of Deployment prod/api`, or `Pod prod/import` for one of its own. */
export function endedWords(count: number, owners: readonly ResourceRef[]): string {
  const words = listed(owners.map((owner) => inWords(owner)));
  return owners.every(({ kind }) => kind === 'Pod') ? words : `${counted(count, 'pod')} of ${words}`;
}
