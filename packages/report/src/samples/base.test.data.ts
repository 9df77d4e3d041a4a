import { ref, type AnalyzerMeta, type Diagnosis, type Impact, type Report, type WhyNode } from '@kroot/types';

/** A report with nothing in it. */
export const emptyReport: Report = {
  tool: { name: 'kroot', version: '0.1.0', plugins: [] },
  source: { type: 'live', name: 'prod-eu1', serverVersion: 'v1.34.2' },
  scope: {},
  now: '2026-11-22T14:14:00Z',
  coverage: { complete: true, gaps: [] },
  diagnoses: [],
  unexplained: [],
  suppressed: [],
  failures: [],
  notices: [],
  health: [],
  counts: {
    objects: 9412,
    namespaces: 42,
    nodes: 9,
    nodesReady: 9,
    pods: 212,
    podsReady: 212,
    services: 64,
    servicesWithEndpoints: 64,
  },
  operations: { nodes: 9412, edges: 21_000, findings: 0, links: 0, steps: 0 },
  workloads: [],
  rules: [],
};

/** An impact on nothing. */
export const noImpact: Impact = {
  score: 0,
  pods: [],
  services: [],
  deployments: [],
  statefulSets: [],
  daemonSets: [],
  jobs: [],
  ingresses: [],
  others: [],
};

/** A diagnosis to spread real ones from. */
export const bareDiagnosis: Diagnosis = {
  id: '0000000000000000',
  rank: 1,
  rule: 'secret-missing-env',
  severity: 'critical',
  confidence: 0.99,
  rootCause: ref('Secret', 'prod', 'db-password'),
  resource: ref('Secret', 'prod', 'db-password'),
  message: 'Secret prod/db-password does not exist',
  cause: '',
  effect: '',
  evidence: [],
  why: { resource: ref('Secret', 'prod', 'db-password'), group: '', state: 'not found', children: [] },
  traces: [],
  symptoms: [],
  impact: noImpact,
  contributing: [],
  remaining: [],
  fixes: [],
  notes: [],
};

/** A node of a why tree for one object. */
export function node(
  kind: string,
  namespace: string | undefined,
  name: string,
  state: string,
  children: readonly WhyNode[] = [],
): WhyNode {
  return { resource: ref(kind, namespace, name), group: '', state, children };
}

/** A node of a why tree for many objects. */
export function group(words: string, state: string, children: readonly WhyNode[] = []): WhyNode {
  return { group: words, state, children };
}

/** What a rule says about itself. */
export function rule(
  id: string,
  title: string,
  severity: AnalyzerMeta['severity'],
  role: AnalyzerMeta['role'] = 'fault',
): AnalyzerMeta {
  return {
    id,
    title,
    role,
    severity,
    reads: ['Pod'],
    docs: {
      means: `${title}, and something in the cluster depends on it.`,
      decides: 'From what the kubelet says about the container now.',
      silent: 'When the reference is optional.',
      references: ['https://kubernetes.io/docs/concepts/configuration/secret/'],
    },
  };
}
