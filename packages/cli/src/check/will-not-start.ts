import { CONFIDENCE, formatRef, refKey, type Analyzer, type ResourceRef } from '@kroot/types';

/** The symptom that a fault in manifests shows as: a pod that is made of a template and then does not start. */
export const WILL_NOT_START = 'will-not-start';

/** Reports the pods that cannot start, so that what depends on them is explained by what stops them. */
export function willNotStart(stuck: readonly ResourceRef[]): Analyzer {
  const keys = new Set(stuck.map((pod) => refKey(pod)));
  return {
    meta: {
      id: WILL_NOT_START,
      title: 'Pod will not start',
      role: 'symptom',
      severity: 'warning',
      reads: ['Pod'],
      waitsFor: [
        'scheduling',
        'volume',
        'image',
        'container-config',
        'container-start',
        'pod-creation',
        'provisioning',
      ],
      breaks: ['availability', 'endpoints'],
      docs: {
        means: 'A pod that the manifests ask for will not start.',
        decides: 'A fault in the manifests stops it before its containers run.',
        silent: 'For pods that only their programs, images and nodes could stop.',
        references: ['https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/'],
      },
    },
    *analyze({ snapshot }) {
      for (const { metadata } of snapshot.list('Pod')) {
        const subject: ResourceRef = {
          group: '',
          kind: 'Pod',
          ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
          name: metadata.name,
        };
        if (!keys.has(refKey(subject))) continue;
        yield {
          rule: WILL_NOT_START,
          subject,
          severity: 'warning',
          confidence: CONFIDENCE.proved,
          message: `${formatRef(subject)} will not start`,
          cause: 'What it needs is not there.',
          state: 'will not start',
          evidence: [],
          fixes: [],
        };
      }
    },
  };
}
