import { podsOf, podState, refOf, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type Finding,
  type ResourceRef,
  type Snapshot,
  type StatefulSet,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { similarObjects } from '../support/near-objects.ts';
import { refsOfPods } from '../support/pods-on-node.ts';

const ID = 'sts-governing-service-missing';

/** Reports StatefulSets whose pods have no names in the DNS, since the Service for them does not exist. */
export const stsGoverningServiceMissing: Analyzer = {
  meta: {
    id: ID,
    title: 'Governing Service of a StatefulSet does not exist',
    role: 'fault',
    severity: 'warning',
    reads: ['StatefulSet', 'Service', 'Pod'],
    breaks: ['name-resolution', 'dependency'],
    docs: {
      means:
        'Each pod of a StatefulSet gets a DNS name below its governing Service. Without that Service the names do not resolve, and members of a cluster cannot find each other.',
      decides:
        'spec.serviceName names no Service of the namespace, and all Services of the namespace are known. A warning while pods of the set are held up at their exit or probes, else a remark.',
      silent: 'For StatefulSets without serviceName, scaled to zero or to a single pod that is ready.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id'],
    },
  },
  *analyze({ snapshot }) {
    for (const set of snapshot.list('StatefulSet')) {
      const name = set.spec.serviceName ?? '';
      const service = ref('Service', set.metadata.namespace, name);
      if (name === '' || set.metadata.deletionTimestamp !== undefined) continue;
      if (snapshot.lookup(service).state !== 'absent') continue;
      const pods = podsOf(snapshot, refOf(set)).map((pod) => podState(snapshot, pod));
      const held = pods.filter(({ blocked, stage }) => blocked && NAMES.has(stage));
      if (held.length > 0 || (set.spec.replicas ?? 1) > 1) yield finding(snapshot, set, service, held);
    }
  },
};

/** What a program that cannot find its peers gets stuck at. */
const NAMES: ReadonlySet<string> = new Set(['exit', 'readiness', 'startup', 'init-running']);

function finding(snapshot: Snapshot, set: StatefulSet, service: ResourceRef, held: readonly PodState[]): Finding {
  const subject = refOf(set);
  const suffers = held.length > 0;
  return {
    rule: ID,
    subject,
    severity: suffers ? 'warning' : 'info',
    confidence: suffers ? CONFIDENCE.heuristic : CONFIDENCE.proved,
    message: `${inWords(subject)} names ${inWords(service)} for the names of its pods, which does not exist`,
    cause: `spec.serviceName is ${service.name}, and namespace ${service.namespace ?? ''} has no such Service: ${set.metadata.name}-0.${service.name} resolves for nobody.`,
    evidence: [
      fromSpec(subject, 'spec.serviceName', service.name),
      computed(
        service,
        `not among the ${snapshot.list('Service', service.namespace).length} Services of the namespace`,
      ),
    ],
    ...(suffers ? { affects: refsOfPods(held) } : { breaks: [] }),
    fixes: [
      {
        summary: `Make a headless Service ${service.name} for the pods of ${inWords(subject)}`,
        steps: [
          `It needs clusterIP: None and the labels of the pods as selector. spec.serviceName cannot be changed in place.`,
        ],
        commands: [kubectl(service.namespace, 'get', 'services')],
        effect: 'none',
        where: 'cluster',
      },
    ],
    notes: similarObjects(snapshot, service),
  };
}
