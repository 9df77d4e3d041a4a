import { type Impact } from '@kroot/types';
import { counted } from './words.ts';

/** What a root takes down, in a few words: `188 pods, 34 workloads`; empty when nothing else fails. */
export function affectedWords(impact: Impact): string {
  const { daemonSets, deployments, ingresses, jobs, others, pods, services, statefulSets } = impact;
  const workloads = deployments.length + statefulSets.length + daemonSets.length + jobs.length;
  const near = [
    { count: pods.length, noun: 'pod' },
    { count: workloads, noun: 'workload' },
  ];
  const far = [
    { count: services.length, noun: 'Service' },
    { count: ingresses.length, noun: 'Ingress', many: 'Ingresses' },
    { count: others.length, noun: 'object' },
  ];
  const shown = near.some(({ count }) => count > 0) ? near : far;
  return shown.flatMap(({ count, ...words }) => (count === 0 ? [] : [worded(count, words)])).join(', ');
}

function worded(count: number, { noun, many }: { readonly noun: string; readonly many?: string }): string {
  return counted(count, noun, many);
}
