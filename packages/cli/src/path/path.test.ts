import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveCluster, type LiveCluster } from '../live.test.support.ts';
import { kroot, type Run } from '../run.test.support.ts';

const SHOP = `
apiVersion: v1
kind: List
metadata: { annotations: { captured-at: "2026-01-01T12:00:00Z" } }
items:
- { apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { kubernetes.io/metadata.name: shop } } }
- { apiVersion: v1, kind: Namespace, metadata: { name: kube-system, labels: { kubernetes.io/metadata.name: kube-system } } }
- { apiVersion: v1, kind: Namespace, metadata: { name: ingress-nginx, labels: { kubernetes.io/metadata.name: ingress-nginx } } }
- apiVersion: v1
  kind: Service
  metadata: { namespace: kube-system, name: kube-dns, labels: { k8s-app: kube-dns } }
  spec: { clusterIP: 10.96.0.10, selector: { k8s-app: kube-dns }, ports: [{ name: dns, port: 53, protocol: UDP, targetPort: 53 }, { name: dns-tcp, port: 53, protocol: TCP, targetPort: 53 }] }
- apiVersion: v1
  kind: Pod
  metadata: { namespace: kube-system, name: coredns-1, labels: { k8s-app: kube-dns } }
  spec: { nodeName: w1, containers: [{ name: coredns, image: coredns }] }
  status: { phase: Running, podIP: 10.244.0.2, conditions: [{ type: Ready, status: "True" }], containerStatuses: [{ name: coredns, ready: true, restartCount: 0, state: { running: { startedAt: "2026-01-01T10:00:00Z" } } }] }
- apiVersion: v1
  kind: Pod
  metadata: { namespace: shop, name: web-1, labels: { app: web } }
  spec: { nodeName: w1, containers: [{ name: main, image: web, ports: [{ name: http, containerPort: 8080 }] }] }
  status: { phase: Running, podIP: 10.244.1.2, conditions: [{ type: Ready, status: "True" }], containerStatuses: [{ name: main, ready: true, restartCount: 0, state: { running: { startedAt: "2026-01-01T10:00:00Z" } } }] }
- apiVersion: v1
  kind: Pod
  metadata: { namespace: shop, name: db-0, labels: { app: db } }
  spec: { nodeName: w2, containers: [{ name: main, image: db, ports: [{ name: sql, containerPort: 5432 }], readinessProbe: { tcpSocket: { port: sql } } }] }
  status: { phase: Running, podIP: 10.244.1.3, conditions: [{ type: Ready, status: "True" }], containerStatuses: [{ name: main, ready: true, restartCount: 0, state: { running: { startedAt: "2026-01-01T10:00:00Z" } } }] }
- apiVersion: v1
  kind: Service
  metadata: { namespace: shop, name: db }
  spec: { clusterIP: 10.96.1.1, selector: { app: db }, ports: [{ name: sql, port: 5433, targetPort: sql }] }
- apiVersion: v1
  kind: Service
  metadata: { namespace: shop, name: web }
  spec: { clusterIP: 10.96.1.2, selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }] }
- apiVersion: v1
  kind: Service
  metadata: { namespace: shop, name: legacy }
  spec: { type: ExternalName, externalName: db.shop.svc.cluster.local }
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: { namespace: shop, name: db }
  spec: { podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 5433 }] }] }
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: { namespace: shop, name: web }
  spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress, Egress], egress: [{ to: [{ podSelector: {} }] }, { to: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: kube-dns } } }], ports: [{ protocol: UDP, port: 53 }] }] }
- { apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: { name: nginx }, spec: { controller: k8s.io/ingress-nginx } }
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: { namespace: shop, name: web }
  spec: { ingressClassName: nginx, rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
- apiVersion: v1
  kind: Pod
  metadata: { namespace: ingress-nginx, name: controller-1, labels: { app.kubernetes.io/name: ingress-nginx } }
  spec: { nodeName: w1, containers: [{ name: controller, image: nginx, ports: [{ name: http, containerPort: 80 }, { name: https, containerPort: 443 }] }] }
  status: { phase: Running, podIP: 10.244.2.2, conditions: [{ type: Ready, status: "True" }], containerStatuses: [{ name: controller, ready: true, restartCount: 0, state: { running: { startedAt: "2026-01-01T10:00:00Z" } } }] }
- apiVersion: v1
  kind: Service
  metadata: { namespace: ingress-nginx, name: controller }
  spec: { type: LoadBalancer, clusterIP: 10.96.3.1, selector: { app.kubernetes.io/name: ingress-nginx }, ports: [{ name: http, port: 80, targetPort: http }, { name: https, port: 443, targetPort: https }] }
  status: { loadBalancer: { ingress: [{ ip: 203.0.113.9 }] } }
`;

/** The same as manifests: templates, and no pods. */
const MANIFESTS = `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: web }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: main }] } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { namespace: shop, name: db }
spec:
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: main, ports: [{ name: sql, containerPort: 5432 }] }] } }
---
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: db }
spec: { selector: { app: db }, ports: [{ port: 5432, targetPort: sql }] }
`;

let folder = '';
let shop = '';
let manifests = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kroot-path-'));
  shop = join(folder, 'shop.yaml');
  manifests = join(folder, 'manifests.yaml');
  writeFileSync(shop, SHOP);
  writeFileSync(manifests, MANIFESTS);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const run = (...args: readonly string[]): Promise<Run> => kroot(['path', '-q', ...args], { terminal: { columns: 80 } });

const tooLong = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.length > 80 && line.trimStart().includes(' ') && !line.includes('"op"'));

describe('kroot path', () => {
  it.each([
    ['service', ['web-1', 'db:5433']],
    ['ingress', ['internet', 'ing/web']],
    ['host', ['pod/db-0', 'api.example.com:443']],
    ['missing', ['pod/web-1', 'dbx']],
  ])('tells each hop: %s', async (name, args) => {
    const { code, stdout, stderr } = await run('-f', shop, '-n', 'shop', ...args);
    expect({ code, stderr, long: tooLong(stdout) }).toEqual({ code: name === 'host' ? 0 : 1, stderr: '', long: [] });
    await expect(stdout).toMatchFileSnapshot(`../__golden__/path-${name}.txt`);
  });

  it('has the same for programs', async () => {
    const { code, stdout } = await run('-f', shop, '-n', 'shop', 'web-1', 'svc/db:sql', '-o', 'json');
    const { paths } = JSON.parse(stdout) as {
      readonly paths: readonly { readonly hops: readonly { readonly hop: string; readonly state: string }[] }[];
    };
    expect(code).toBe(1);
    expect(paths).toMatchObject([{ from: 'Pod/shop/web-1', to: 'Service/shop/db:sql', state: 'broken', brokenAt: 4 }]);
    expect(paths[0]?.hops.map(({ hop, state }) => `${hop} ${state}`)).toEqual([
      'name ok',
      'service ok',
      'endpoints ok',
      'egress ok',
      'ingress broken',
      'port ok',
    ]);
    expect(stdout).toContain('kubectl -n shop patch networkpolicy/db');
  });

  it('follows manifests before they are applied', async () => {
    const { code, stdout } = await run('-f', manifests, 'deploy/web', 'db:5432');
    expect(code).toBe(0);
    expect(stdout).toContain('pods are not in the input; those of StatefulSet/shop/db would be');
  });

  it.each([
    ['10.96.1.1:5433', 'Service/shop/db:5433'],
    ['10.244.1.3:5432', '10.244.1.3:5432'],
    ['[2001:db8::1]:443', '2001:db8::1:443'],
    ['db.shop.svc.cluster.local:5433', 'Service/shop/db:5433'],
    ['svc/kube-system/kube-dns:53/udp', 'Service/kube-system/kube-dns:53/UDP'],
    ['sts/db:5432', 'there is no "sts/db" in namespace "shop"'],
    ['svc/db:0', '"svc/db:0" has no port'],
    ['pod/db-0', 'give "pod/db-0" a port: a number, such as pod/db-0:8080'],
    ['ing/wbe', 'there is no "ing/wbe"'],
    ['gateway/x', 'there is no "gateway/x"'],
  ])('reads %s', async (to, expected) => {
    const { stdout, stderr } = await run('-f', shop, '-n', 'shop', 'pod/web-1', to);
    expect(`${stdout}${stderr}`.replaceAll(/\s+/g, ' ')).toContain(expected);
  });

  it('asks for a namespace where it has none', async () => {
    expect((await run('-f', shop, 'pod/shop/web-1', 'svc/db:80')).stderr).toContain('svc/NAMESPACE/db, or -n');
    expect((await run('-f', shop, 'internet', 'nobody')).stderr).toContain('no Service and no pod "nobody"');
  });
});

describe('on a cluster', () => {
  let cluster: LiveCluster;
  beforeAll(async () => {
    cluster = await liveCluster({ users: { admin: { name: 'admin', may: () => true } } });
  });
  afterAll(() => cluster.close());

  it('collects what decides about requests', async () => {
    const { code, stdout } = await cluster.run(['path', 'pod/cart-redis-0', 'nothing-here', '-n', 'shop', '-q'], {
      token: 'admin',
    });
    expect(code).toBe(1);
    expect(stdout).toContain('Service: Service/shop/nothing-here');
    expect(stdout).toContain('it does not exist');
  });
});
