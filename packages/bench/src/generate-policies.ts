import { snapshotFromObjects } from '@kroot/cluster';
import { type Json } from '@kroot/faultd';
import { type Snapshot } from '@kroot/types';

const APPS = 15;
const TEAMS = 20;

/** How large a cluster with policies is. */
export interface PolicyPlan {
  readonly namespaces: number;
  readonly podsPerNamespace: number;
}

/** Namespaces of 15 apps in two tiers with five policies each, some of which name peers of other namespaces. */
export function policyCluster({ namespaces, podsPerNamespace }: PolicyPlan): Snapshot {
  const objects: Json[] = [];
  for (let n = 0; n < namespaces; n += 1) {
    const namespace = `team-${n}`;
    objects.push({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { team: `t${n % TEAMS}` } },
    });
    for (let p = 0; p < podsPerNamespace; p += 1) objects.push(podOf(namespace, n, p));
    objects.push(...policiesOf(namespace, n));
  }
  return snapshotFromObjects(objects, { now: new Date('2026-11-20T12:00:00Z') });
}

function podOf(namespace: string, n: number, p: number): Json {
  const app = `app-${p % APPS}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name: `${app}-${p}`,
      // The last one differs from pod to pod and no policy asks for it.
      labels: { app, tier: p % 2 === 0 ? 'front' : 'back', 'pod-template-hash': `h${p}` },
    },
    spec: { containers: [{ name: 'main', image: 'x', ports: [{ name: 'http', containerPort: 8000 + (p % 3) }] }] },
    status: { phase: 'Running', podIP: `10.${n % 250}.${Math.floor(p / 250)}.${p % 250}` },
  };
}

function policiesOf(namespace: string, n: number): readonly Json[] {
  const make = (name: string, spec: Json): Json => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace, name },
    spec,
  });
  const team = { matchLabels: { team: `t${(n + 1) % TEAMS}` } };
  return [
    make('default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
    make('own-namespace', {
      podSelector: { matchLabels: { tier: 'back' } },
      ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 'http' }] }],
    }),
    make('neighbours', {
      podSelector: appLabels(n),
      ingress: [{ from: [{ namespaceSelector: team, podSelector: appLabels(n + 1) }] }],
    }),
    make('front', {
      podSelector: { matchLabels: { tier: 'front' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: { matchLabels: { tier: 'back' } } }] }],
    }),
    make('dns', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        {
          to: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'app-0' } } }],
          ports: [{ protocol: 'UDP', port: 53 }],
        },
      ],
    }),
  ];
}

function appLabels(at: number): Json {
  return { matchLabels: { app: `app-${at % APPS}` } };
}
