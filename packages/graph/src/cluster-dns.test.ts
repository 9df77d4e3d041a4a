import { type DaemonSet, type Service, type StringMap } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { clusterDns } from './cluster-dns.ts';
import { pod } from './network-policy/fixtures.test.support.ts';
import { snapshotOf } from './snapshot-of.test.support.ts';

function service(namespace: string, name: string, targetPort: number | string, labels: StringMap = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name, labels },
    spec: {
      clusterIP: '10.96.0.10',
      selector: { 'k8s-app': 'kube-dns' },
      ports: [
        { name: 'dns', port: 53, targetPort, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, targetPort: targetPort === 'dns' ? 'dns-tcp' : targetPort },
        { name: 'metrics', port: 9153 },
      ],
    },
  };
}

const labels = { 'k8s-app': 'kube-dns' };
const dnsPod = (name: string, port: number): ReturnType<typeof pod> =>
  pod(name, labels, {
    spec: {
      containers: [
        {
          name: 'dns',
          ports: [
            { name: 'dns', containerPort: port, protocol: 'UDP' },
            { name: 'dns-tcp', containerPort: port },
          ],
        },
      ],
    },
  });
const nodeLocal: DaemonSet = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { namespace: 'kube-system', name: 'node-local-dns' },
  spec: { template: { spec: { containers: [] } } },
};
const both = (port: number): readonly unknown[] => [
  { port, protocol: 'TCP' },
  { port, protocol: 'UDP' },
];

describe('clusterDns', () => {
  it.each([
    ['the usual one', service('kube-system', 'kube-dns', 53), dnsPod('kube-system/a', 53), 53],
    ['of OpenShift', service('openshift-dns', 'dns-default', 'dns'), dnsPod('openshift-dns/a', 5353), 5353],
    ['under another name', service('kube-system', 'rke2-coredns', 8053, labels), dnsPod('kube-system/a', 53), 8053],
  ])('finds %s and the ports of its pods', (_, dns, backend, port) => {
    const found = clusterDns(snapshotOf([dns, backend]));
    expect(found).toMatchObject({
      state: 'present',
      services: [dns],
      pods: [backend],
      addresses: ['10.96.0.10'],
      nodeLocal: 'absent',
    });
    expect(found.ports).toEqual(both(port));
  });

  it('needs no pods for a numeric port', () => {
    expect(clusterDns(snapshotOf([service('kube-system', 'kube-dns', 5353)])).ports).toEqual(both(5353));
    expect(clusterDns(snapshotOf([service('kube-system', 'kube-dns', 'dns')])).ports).toEqual(both(53));
  });

  it('takes no Service for it that serves no DNS', () => {
    const metrics: Service = {
      ...service('kube-system', 'dns-metrics', 9153, labels),
      spec: { ports: [{ port: 9153 }] },
    };
    expect(clusterDns(snapshotOf([metrics])).state).toBe('absent');
  });

  it('is not missing where nothing of kube-system was captured', () => {
    expect(clusterDns(snapshotOf([])).state).toBe('unknown');
    expect(clusterDns(snapshotOf([pod('kube-system/proxy')])).state).toBe('absent');
  });

  it.each([['Service'], ['Service/kube-system'], ['Service/openshift-dns']])('is unknown without %s', (unknown) => {
    const backend = dnsPod('kube-system/a', 53);
    expect(clusterDns(snapshotOf([backend], [unknown]))).toMatchObject({
      state: 'unknown',
      pods: [backend],
      ports: both(53),
    });
  });

  it('sees NodeLocal DNSCache', () => {
    expect(clusterDns(snapshotOf([nodeLocal])).nodeLocal).toBe('present');
    expect(
      clusterDns(snapshotOf([pod('kube-system/x', { 'k8s-app': 'node-local-dns' })], ['DaemonSet'])).nodeLocal,
    ).toBe('present');
    expect(clusterDns(snapshotOf([], ['DaemonSet'])).nodeLocal).toBe('unknown');
  });
});
