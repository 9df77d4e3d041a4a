import { groupBy } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Evidence,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { brokenConversions, type BrokenConversion } from '../support/conversions.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { jsonPatch } from '../support/template-patch.ts';
import { counted, doing, inline, listed } from '../support/words.ts';

/** Reports definitions whose objects cannot be converted between versions, once for each Service that should do it. */
export const crdConversionWebhookDown: Analyzer = {
  meta: {
    id: 'crd-conversion-webhook-down',
    title: 'Conversion webhook of a custom resource does not work',
    role: 'fault',
    severity: 'critical',
    reads: ['CustomResourceDefinition', 'Service', 'EndpointSlice', 'Pod', 'Event'],
    breaks: ['extension-api', 'admission', 'deletion'],
    waitsFor: ['endpoints'],
    docs: {
      means:
        'The API server must ask a webhook to convert objects of this kind, and cannot. Reading, listing and writing them fails, and so do all controllers that watch them.',
      decides:
        'spec.conversion of the definition names a Service that does not exist, lacks the port, or has no ready endpoints; or conditions and events of other objects say `conversion webhook for … failed`. Definitions that share the Service are one finding.',
      silent:
        'With strategy None, while the Service has ready endpoints and nobody complains, and where Services or endpoints are not known. Without a complaint it is a warning: objects that are stored in the version that is read need no conversion.',
      references: [
        'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#webhook-conversion',
      ],
    },
  },
  *analyze({ snapshot }) {
    const groups = groupBy(brokenConversions(snapshot), ({ ref, service, port, trouble }) =>
      service === undefined ? refKey(ref) : `${refKey(service)} ${port} ${trouble === 'stated' ? refKey(ref) : ''}`,
    );
    for (const group of groups.values()) {
      const [first] = group.toSorted((a, b) => b.victims.length - a.victims.length);
      if (first !== undefined) yield finding(snapshot, first, group);
    }
  },
};

const TROUBLE: Readonly<Record<BrokenConversion['trouble'], string>> = {
  'service-missing': 'does not exist',
  'no-endpoints': 'has no ready endpoints',
  'port-missing': 'does not have that port',
  stated: 'does not answer as it should',
};

function finding(snapshot: Snapshot, first: BrokenConversion, group: readonly BrokenConversion[]): Finding {
  const { ref: subject, service, port, trouble } = first;
  const victims = group.flatMap((each) => each.victims);
  const harmed = [...new Map(victims.map((victim) => [refKey(victim.ref), victim.ref])).values()];
  const isSaid = victims.length > 0 || group.some(({ listing }) => listing !== undefined);
  const others = group.map((each) => each.ref).filter((each) => each !== subject);
  const target = service === undefined ? 'its webhook' : `${inWords(service)}, port ${port}`;
  const names = group.map(({ ref }) => ref.name);
  const words = victims[0]?.failure.error;
  return {
    rule: crdConversionWebhookDown.meta.id,
    subject,
    severity: isSaid ? 'critical' : 'warning',
    confidence: isSaid ? CONFIDENCE.stated : CONFIDENCE.proved,
    message: `${inWords(subject)}${others.length === 0 ? '' : ` and ${counted(others.length, 'other definition')}`} cannot be converted: ${service === undefined ? 'the webhook' : inWords(service)} ${TROUBLE[trouble]}`,
    cause: `${doing(names, 'converts', 'convert')} through ${target}, which ${TROUBLE[trouble]}${words === undefined ? '' : `: ${inline(words, 240)}`}.`,
    detail: { definitions: names, trouble },
    evidence: [
      ...victims.slice(0, 2).map(({ evidence }) => evidence),
      fromSpec(
        subject,
        'spec.conversion.webhook.clientConfig.service',
        `${service?.namespace ?? ''}/${service?.name ?? ''}:${port}`,
      ),
      ...proof(first),
    ],
    affects: [...others, ...harmed],
    ...(trouble === 'no-endpoints' ? {} : { waitsFor: [] }),
    fixes: fixesOf(snapshot, first, group),
  };
}

function proof({ service, trouble }: BrokenConversion): readonly Evidence[] {
  if (service === undefined || trouble === 'stated') return [];
  return [computed(service, TROUBLE[trouble])];
}

function fixesOf(snapshot: Snapshot, first: BrokenConversion, group: readonly BrokenConversion[]): readonly Fix[] {
  const { ref: subject, service, trouble } = first;
  const elsewhere = trouble === 'service-missing' && service !== undefined ? namesakes(snapshot, service) : [];
  const [only] = elsewhere;
  const look: Fix =
    service === undefined || trouble === 'service-missing'
      ? describeFix(subject, `Correct spec.conversion of ${listed(group.map(({ ref }) => ref.name))}`, [
          'Name the Service and namespace of the operator that serves the kind, best in the chart or manifest that the definition comes from.',
        ])
      : {
          summary: `Make ${inWords(service)} answer again`,
          steps: [
            `See whether the pods behind ${inWords(service)} are ready, and whether its ports are those that the definition names.`,
          ],
          commands: [
            kubectl(service.namespace, 'describe', `service/${service.name}`),
            kubectl(service.namespace, 'get', 'endpointslices,pods'),
          ],
          effect: 'none',
          where: 'cluster',
        };
  if (only === undefined || elsewhere.length > 1) return [look];
  return [
    {
      summary: `Let ${group.length === 1 ? 'the definition' : 'the definitions'} convert through ${inWords(only)}`,
      steps: [
        `${inWords(only)} exists; only the namespace in spec.conversion is wrong. Correct it in the chart or manifest too, or the next upgrade brings it back.`,
      ],
      commands: group.map(({ ref }) =>
        jsonPatch(ref, [
          {
            op: 'replace',
            path: '/spec/conversion/webhook/clientConfig/service/namespace',
            value: only.namespace ?? '',
          },
        ]),
      ),
      effect: 'change',
      where: 'cluster',
    },
    look,
  ];
}

/** Services of the same name in other namespaces. */
function namesakes(snapshot: Snapshot, service: ResourceRef): readonly ResourceRef[] {
  return snapshot
    .list('Service')
    .filter(({ metadata }) => metadata.name === service.name && metadata.namespace !== service.namespace)
    .map(({ metadata }) => ({ ...service, namespace: metadata.namespace ?? '' }));
}
