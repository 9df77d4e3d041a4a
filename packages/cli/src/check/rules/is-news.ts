import { refKey, type ResourceRef, type Snapshot } from '@kroot/types';
import { templated } from './templated.ts';

/** Whether it is the manifests that make an object name what is not there. */
export type IsNews = (from: ResourceRef, target: ResourceRef) => boolean;

/** Without a cluster everything is news. */
export const allIsNews: IsNews = () => true;

/** On a cluster: what the manifests hold and what did not name the same before. */
export function newsOn(cluster: Snapshot, isOwn: (target: ResourceRef) => boolean): IsNews {
  return (from, target) => isOwn(from) && !namedBefore(cluster, from, target);
}

function namedBefore(cluster: Snapshot, from: ResourceRef, target: ResourceRef): boolean {
  if (from.kind === 'HorizontalPodAutoscaler') {
    const scaler = cluster
      .list('HorizontalPodAutoscaler', from.namespace)
      .find(({ metadata }) => metadata.name === from.name);
    const { kind, name } = scaler?.spec?.scaleTargetRef ?? {};
    return kind === target.kind && name === target.name;
  }
  const before = templated(cluster).find(({ ref }) => refKey(ref) === refKey(from));
  return before?.template.spec.serviceAccountName === target.name;
}
