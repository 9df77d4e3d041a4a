import { refOf, serviceNamed } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Finding,
  type ResourceRef,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { similarNames } from '../support/near-objects.ts';
import { DESTINATION_RULE, SERVICE_ENTRY, VIRTUAL_SERVICE } from '../support/mesh.ts';
import { listOf, memberOf, textOf } from '../support/untyped.ts';
import { listed } from '../support/words.ts';

/** Reports routes of Istio to Services or subsets that do not exist. */
export const meshVirtualserviceDangling: Analyzer = {
  meta: {
    id: 'mesh-virtualservice-dangling',
    title: 'VirtualService routes to nothing',
    role: 'fault',
    severity: 'warning',
    reads: [VIRTUAL_SERVICE, DESTINATION_RULE, SERVICE_ENTRY, 'Service'],
    breaks: ['route', 'dependency'],
    docs: {
      means:
        'A rule of a VirtualService sends requests to a Service that does not exist, or to a subset that no DestinationRule defines: the proxies answer them with 503.',
      decides:
        'The host of a destination means a Service that is proved not to exist and no ServiceEntry has it; or all DestinationRules are known, one has the host, and none has the subset.',
      silent:
        'For hosts outside of the cluster, for destinations of weight 0, and where Services or DestinationRules are not all known.',
      references: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination'],
    },
  },
  *analyze({ snapshot }) {
    for (const service of snapshot.list(VIRTUAL_SERVICE)) {
      const told = new Set<string>();
      for (const destination of destinationsOf(service)) {
        const fault = faultOf(snapshot, service, destination);
        const key = `${destination.host}\n${destination.subset ?? ''}`;
        if (fault === undefined || told.has(key)) continue;
        told.add(key);
        yield finding(snapshot, service, destination, fault);
      }
    }
  },
};

interface Destination {
  readonly host: string;
  readonly subset?: string;
  readonly path: string;
}

function destinationsOf({ spec }: UntypedObject): readonly Destination[] {
  return ['http', 'tls', 'tcp'].flatMap((protocol) =>
    listOf(spec, protocol).flatMap((rule, i) =>
      listOf(rule, 'route').flatMap((route, j) => {
        const host = textOf(route, 'destination', 'host') ?? '';
        const subset = textOf(route, 'destination', 'subset');
        if (host === '' || memberOf(route, 'weight') === 0) return [];
        const path = `spec.${protocol}[${i}].route[${j}].destination`;
        return [subset === undefined ? { host, path } : { host, subset, path }];
      }),
    ),
  );
}

type Fault =
  | { readonly kind: 'service'; readonly service: ResourceRef }
  | { readonly kind: 'subset'; readonly rule: ResourceRef; readonly subsets: readonly string[] };

function faultOf(snapshot: Snapshot, { metadata }: UntypedObject, { host, subset }: Destination): Fault | undefined {
  const meant = targetOf(snapshot, host, metadata.namespace);
  if (meant?.exists === 'absent') {
    const entered = snapshot.list(SERVICE_ENTRY).some(({ spec }) => listOf(spec, 'hosts').includes(host));
    return entered ? undefined : { kind: 'service', service: meant.service };
  }
  if (
    subset === undefined ||
    meant === undefined ||
    snapshot.coverage.state(DESTINATION_RULE, meant.service.namespace) !== 'complete'
  )
    return undefined;
  const rules = snapshot.list(DESTINATION_RULE).filter((rule) => {
    const target = targetOf(snapshot, textOf(rule.spec, 'host') ?? '', rule.metadata.namespace);
    return target !== undefined && refKey(target.service) === refKey(meant.service);
  });
  const subsets = rules.flatMap(({ spec }) => listOf(spec, 'subsets').map((each) => textOf(each, 'name') ?? ''));
  const [rule] = rules;
  return rule === undefined || subsets.includes(subset) ? undefined : { kind: 'subset', rule: refOf(rule), subsets };
}

/** Istio takes short names as those of the object's own namespace, and no other than full names else. */
function targetOf(snapshot: Snapshot, host: string, namespace: string | undefined): ReturnType<typeof serviceNamed> {
  const meant = host.includes('*') ? undefined : serviceNamed(snapshot, host, namespace ?? '');
  return meant?.form === 'namespaced' ? undefined : meant;
}

function finding(snapshot: Snapshot, service: UntypedObject, destination: Destination, fault: Fault): Finding {
  const subject = refOf(service);
  const { host, subset = '', path } = destination;
  const missing = fault.kind === 'service' ? inWords(fault.service) : `subset ${subset} of ${host}`;
  const names =
    fault.kind === 'service'
      ? snapshot.list('Service', fault.service.namespace).map(({ metadata }) => metadata.name)
      : [];
  const notes = fault.kind === 'service' ? similarNames(fault.service, names) : [];
  return {
    rule: meshVirtualserviceDangling.meta.id,
    subject,
    discriminator: subset === '' ? host : `${host}/${subset}`,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} routes to ${missing}, which does not exist`,
    cause:
      fault.kind === 'service'
        ? `${path} of ${inWords(subject)} is ${host}, and namespace ${fault.service.namespace ?? ''} has no Service ${fault.service.name}.`
        : `${path} of ${inWords(subject)} asks for subset ${subset}, and ${inWords(fault.rule)} defines ${fault.subsets.length === 0 ? 'no subset' : `only ${listed(fault.subsets, 5)}`}.`,
    evidence: [
      fromSpec(subject, path, subset === '' ? `host: ${host}` : `host: ${host}, subset: ${subset}`),
      fault.kind === 'service'
        ? computed(
            fault.service,
            `not among the ${names.length} Services of namespace ${fault.service.namespace ?? ''}`,
          )
        : fromSpec(fault.rule, 'spec.subsets', fault.subsets.length === 0 ? 'none' : fault.subsets.join(', ')),
    ],
    fixes: [
      describeFix(subject, `Correct ${path} of ${inWords(subject)}`, [
        fault.kind === 'service'
          ? `Name a Service that exists, or make ${inWords(fault.service)}.`
          : `Name a subset that ${inWords(fault.rule)} defines, or define ${subset} there by the labels of its pods.`,
      ]),
    ],
    ...(notes.length === 0 ? {} : { notes }),
  };
}
