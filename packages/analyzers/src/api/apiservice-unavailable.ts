import { conditionOf, refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type APIService,
  type Condition,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { fromCondition, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { present } from '../support/present.ts';
import { inline } from '../support/words.ts';

/** An extension API that restarts is away for moments. */
const GRACE = 60_000;

/** Reports extension APIs that the API server cannot reach. */
export const apiserviceUnavailable: Analyzer = {
  meta: {
    id: 'apiservice-unavailable',
    title: 'Extension API is not available',
    role: 'fault',
    severity: 'warning',
    reads: ['APIService', 'Service', 'EndpointSlice', 'Namespace'],
    breaks: ['extension-api', 'metrics', 'deletion'],
    waitsFor: ['endpoints', 'network'],
    docs: {
      means:
        'The API server passes requests for a group on to a Service and gets no answer. Everything that uses the group fails, and no namespace can be deleted while discovery is incomplete.',
      decides:
        'Condition Available of the APIService is False for more than a minute. Where its Service has no ready pods, that is told as the cause.',
      silent: 'For APIs that the API server serves itself (Local), and when the condition is True or Unknown.',
      references: ['https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/'],
    },
  },
  *analyze({ snapshot, now }) {
    for (const service of snapshot.list('APIService')) {
      const condition = conditionOf(service.status?.conditions, 'Available');
      if (service.spec?.service?.name === undefined || condition?.status !== 'False') continue;
      if (now - (timeOf(condition.lastTransitionTime) ?? 0) < GRACE) continue;
      yield finding(snapshot, service, condition);
    }
  },
};

function finding(snapshot: Snapshot, service: APIService, condition: Condition): Finding {
  const subject = refOf(service);
  const { namespace = 'default', name = '', port = 443 } = service.spec?.service ?? {};
  const behind = ref('Service', namespace, name);
  const api = `${service.spec?.group ?? ''}/${service.spec?.version ?? ''}`;
  const gone = goneWords(snapshot, behind);
  return {
    rule: apiserviceUnavailable.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: `${inWords(subject)} is not available: ${inline(condition.message ?? condition.reason ?? 'no reason given', 160)}`,
    cause: `The API server gets no answer for ${api} from ${inWords(behind)} (${condition.reason ?? 'Available=False'})${gone === undefined ? '' : `; ${gone}`}.`,
    detail: { service: `${namespace}/${name}`, reason: condition.reason ?? '' },
    evidence: [
      fromCondition(subject, condition),
      fromSpec(subject, 'spec.service', `${namespace}/${name}, port ${port}`),
    ],
    fixes: fixesOf(subject, behind, gone !== undefined),
  };
}

function goneWords(snapshot: Snapshot, service: ResourceRef): string | undefined {
  const namespace = present(snapshot, 'Namespace', undefined, service.namespace ?? '');
  const name = service.namespace ?? '';
  if (namespace?.metadata.deletionTimestamp !== undefined) return `namespace ${name} is being deleted`;
  if (snapshot.lookup(ref('Namespace', undefined, name)).state === 'absent') return `namespace ${name} does not exist`;
  return snapshot.lookup(service).state === 'absent' ? `there is no ${inWords(service)}` : undefined;
}

function fixesOf(subject: ResourceRef, behind: ResourceRef, gone: boolean): readonly Fix[] {
  const repair: Fix = {
    summary: gone ? `Install what is to serve ${inWords(subject)} again` : `Make ${inWords(behind)} answer`,
    steps: [
      gone
        ? `Apply the manifests or chart that ${inWords(behind)} belongs to, if the API is still wanted.`
        : `See whether the pods behind ${inWords(behind)} are ready, and what they log about TLS or requests.`,
    ],
    commands: [
      kubectl(undefined, 'get', kubectlName(subject), '-o', 'yaml'),
      kubectl(behind.namespace, 'get', 'services,endpointslices,pods'),
    ],
    effect: 'none',
    where: 'cluster',
  };
  const remove: Fix = {
    summary: `Delete ${inWords(subject)}, if what served it was uninstalled`,
    steps: ['It is only a registration: objects of the API are not touched, but clients no longer find the API.'],
    commands: [kubectl(undefined, 'delete', kubectlName(subject))],
    effect: 'destructive',
    where: 'cluster',
  };
  return [repair, remove];
}
