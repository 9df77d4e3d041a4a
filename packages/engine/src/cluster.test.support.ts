import { snapshotFromObjects } from '@kroot/cluster';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type AnalyzerMeta,
  type Finding,
  type Mechanism,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';

/** An API object for tests. */
export type TestObject = Readonly<Record<string, unknown>>;

const CREATED = '2026-11-20T08:00:00Z';

/** A Deployment with its ReplicaSet and pods, a Service in front and an Ingress before that. */
export function shop(name: string, pods: readonly string[], hash = 'abc12'): readonly TestObject[] {
  const labels = { app: name };
  const meta = (own: string, extra: TestObject = {}): TestObject => ({
    name: own,
    namespace: 'prod',
    uid: `uid-${own}`,
    creationTimestamp: CREATED,
    labels,
    ...extra,
  });
  const owner = (kind: string, of: string): TestObject => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name: of, uid: `uid-${of}`, controller: true }],
  });
  const spec = { containers: [{ name: 'main', image: 'registry.example.com/app:1' }], nodeName: 'worker-1' };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta(name),
      spec: { replicas: pods.length, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: meta(`${name}-${hash}`, owner('Deployment', name)),
      spec: { replicas: pods.length, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
    ...pods.map((suffix) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: meta(`${name}-${hash}-${suffix}`, owner('ReplicaSet', `${name}-${hash}`)),
      spec,
      status: { phase: 'Running' },
    })),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(`${name}-svc`),
      spec: { selector: labels, ports: [{ port: 80 }] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: meta(`${name}-ing`),
      spec: {
        rules: [
          {
            host: 'shop.example.com',
            http: {
              paths: [
                { path: '/', pathType: 'Prefix', backend: { service: { name: `${name}-svc`, port: { number: 80 } } } },
              ],
            },
          },
        ],
      },
    },
  ];
}

/** A snapshot of test objects as one List. */
export function snapshotOf(...objects: readonly (readonly TestObject[])[]): Snapshot {
  return snapshotFromObjects(objects.flat(), { now: new Date('2026-11-20T12:00:00Z') });
}

/** What a test rule says about one object. */
export interface Said extends Partial<Finding> {
  readonly subject: ResourceRef;
}

/** A rule that says what the test tells it to say. */
export function rule(
  id: string,
  meta: {
    readonly role?: AnalyzerMeta['role'];
    readonly breaks?: readonly Mechanism[];
    readonly waitsFor?: readonly Mechanism[];
  },
  findings: readonly Said[],
): Analyzer {
  return {
    meta: {
      id,
      title: id,
      role: meta.role ?? 'fault',
      severity: 'critical',
      reads: ['Pod'],
      breaks: meta.breaks ?? [],
      waitsFor: meta.waitsFor ?? [],
      docs: { means: id, decides: id, silent: id, references: [] },
    },
    *analyze() {
      for (const said of findings) {
        yield {
          rule: id,
          severity: 'warning',
          confidence: CONFIDENCE.stated,
          message: `${id} of ${said.subject.name}`,
          cause: `${id}.`,
          state: id,
          evidence: [],
          fixes: [],
          ...said,
        };
      }
    },
  };
}

/** References in the tests' namespace. */
export const pod = (name: string): ResourceRef => ref('Pod', 'prod', name);
export const deployment = (name: string): ResourceRef => ref('Deployment', 'prod', name);
export const service = (name: string): ResourceRef => ref('Service', 'prod', name);
export const ingress = (name: string): ResourceRef => ref('Ingress', 'prod', name);
export const secret = (name: string): ResourceRef => ref('Secret', 'prod', name);
