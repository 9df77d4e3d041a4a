import { podAddresses, podState, refOf, serviceEndpoints } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Pod, type Service, type Snapshot } from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { counted } from '../support/words.ts';

/** Reports Services of an IP family that none of their pods has. */
export const svcIpfamilyMismatch: Analyzer = {
  meta: {
    id: 'svc-ipfamily-mismatch',
    title: 'Service and pods have different IP families',
    role: 'fault',
    severity: 'critical',
    reads: ['Service', 'Pod', 'EndpointSlice'],
    breaks: ['endpoints', 'route', 'dependency'],
    docs: {
      means:
        'The address of the Service is of one IP family and its pods only have addresses of the other: it has no endpoints, although its pods are ready.',
      decides:
        'The first of spec.ipFamilies is compared with the addresses of all ready pods that the selector selects.',
      silent:
        'When one ready pod has an address of the family, without ready pods, and where the pods are not all known.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/dual-stack/'],
    },
  },
  *analyze({ snapshot }) {
    for (const service of snapshot.list('Service')) {
      const [family] = service.spec?.ipFamilies ?? [];
      const pods = family === undefined ? [] : readyPods(snapshot, service);
      if (family === undefined || pods.length === 0) continue;
      if (pods.every((pod) => hasOnlyOther(pod, family))) yield finding(service, family, pods);
    }
  },
};

function readyPods(snapshot: Snapshot, service: Service): readonly Pod[] {
  const { managed, selected, selectedComplete, ready } = serviceEndpoints(snapshot, service);
  const family = service.spec?.ipFamilies?.[0];
  if (!managed || !selectedComplete || ready.some(({ address }) => familyOf(address) === family)) return [];
  return selected.filter((pod) => podState(snapshot, pod).stage === 'ready');
}

function familyOf(address: string): string {
  return address.includes(':') ? 'IPv6' : 'IPv4';
}

function hasOnlyOther(pod: Pod, family: string): boolean {
  const addresses = podAddresses(pod);
  return addresses.length > 0 && addresses.every((address) => familyOf(address) !== family);
}

function finding(service: Service, family: string, pods: readonly Pod[]): Finding {
  const subject = refOf(service);
  const families = service.spec?.ipFamilies ?? [];
  const single = families.length === 1;
  const other = family === 'IPv6' ? 'IPv4' : 'IPv6';
  const [pod] = pods;
  return {
    rule: svcIpfamilyMismatch.meta.id,
    subject,
    severity: single ? 'critical' : 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} is ${family}, and its pods only have ${other} addresses`,
    cause: `${inWords(subject)} wants endpoints of family ${family}, and the ${counted(pods.length, 'ready pod')} that it selects ${pods.length === 1 ? 'has' : 'have'} none.`,
    evidence: [
      fromSpec(subject, 'spec.ipFamilies', families.join(', ')),
      ...(pod === undefined
        ? []
        : [{ ...fromSpec(refOf(pod), 'status.podIPs', podAddresses(pod).join(', ')), source: 'status' as const }]),
      computed(subject, `no ready endpoint of family ${family}`),
    ],
    fixes: [
      describeFix(subject, `Make ${inWords(subject)} again with ipFamilies: [${other}]`, [
        'The first family of a Service cannot be changed: delete it and create it with the family that the pods have, or with ipFamilyPolicy PreferDualStack and no ipFamilies.',
        `If the pods should have ${family} addresses, the network plugin and the pod ranges of the nodes have to provide them.`,
      ]),
    ],
  };
}
