import { ref } from '@kroot/types';
import { expect, it } from 'vitest';
import { readSnapshot } from './read-snapshot.ts';

const context = {
  pods: [
    {
      name: 'payments-api',
      namespace: 'prod',
      phase: 'Pending',
      restart_count: 2,
      controller_kind: 'ReplicaSet',
      controller_name: 'payments-api-rs',
      node: 'worker-1',
      pod_labels: { app: 'payments-api' },
      scheduling: { unschedulable: true, reason: 'Unschedulable', message: '0/3 nodes' },
      container_states: [
        {
          name: 'api',
          restart_count: 2,
          state: { Waiting: { reason: 'CrashLoopBackOff', message: null } },
          last_termination_reason: 'OOMKilled',
          last_termination_exit_code: 137,
        },
        {
          name: 'proxy',
          restart_count: 0,
          state: 'Running',
          last_termination_reason: null,
          last_termination_exit_code: null,
        },
      ],
      dependencies: [
        { kind: 'Secret', name: 'db-password', status: 'Missing' },
        { kind: 'Secret', name: 'tls', status: 'Present' },
        { kind: 'ConfigMap', name: 'settings', status: 'Unknown' },
        { kind: 'ServiceAccount', name: 'payments', status: 'Unknown' },
      ],
      persistent_volume_claims: ['data'],
    },
  ],
  services: [{ name: 'payments', namespace: 'prod', selector: { app: 'payments' }, matched_pods: [] }],
  nodes: [
    { name: 'worker-1', ready: false, reasons: ['KubeletNotReady', 'runtime is down'] },
    { name: 'worker-2', ready: false, reasons: ['Node object not found'] },
    { name: 'worker-3', ready: false, reasons: ['Failed to query node state'] },
  ],
  events: [
    {
      namespace: 'prod',
      involved_kind: 'Pod',
      involved_name: 'payments-api',
      reason: 'BackOff',
      message: 'Back-off',
      type_: 'Warning',
    },
  ],
  deployments: [{ name: 'payments-api', namespace: 'prod', selector: { app: 'payments-api' } }],
  replica_sets: [
    { name: 'payments-api-rs', namespace: 'prod', selector: { app: 'payments-api' }, owner_deployment: 'payments-api' },
  ],
  ingresses: [{ name: 'web', namespace: 'prod', backend_services: ['payments'] }],
  network_policies: [
    {
      name: 'deny',
      namespace: 'prod',
      pod_selector: { app: 'payments-api' },
      policy_types: ['Ingress', 'Egress'],
      ingress_rule_count: 1,
      egress_rule_count: 0,
      default_deny_ingress: false,
      default_deny_egress: true,
    },
  ],
  persistent_volume_claims: [
    { name: 'data', namespace: 'prod', exists: false, phase: 'Missing', volume_name: null },
    { name: 'cache', namespace: 'prod', exists: false, phase: 'Unknown', volume_name: null },
  ],
  persistent_volumes: [{ name: 'pv-data', exists: true, phase: 'Bound' }],
};

async function* stdin() {
  yield Buffer.from(JSON.stringify(context));
}

it('turns the context file of the original into objects', async () => {
  const snapshot = await readSnapshot('-', { stdin: stdin() });
  expect(snapshot.list('Pod')).toEqual([
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'payments-api',
        namespace: 'prod',
        labels: { app: 'payments-api' },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'payments-api-rs', controller: true }],
      },
      spec: {
        containers: [
          {
            name: 'api',
            envFrom: [
              { secretRef: { name: 'db-password' } },
              { secretRef: { name: 'tls' } },
              { configMapRef: { name: 'settings' } },
            ],
          },
          { name: 'proxy' },
        ],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
        nodeName: 'worker-1',
        serviceAccountName: 'payments',
      },
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes' }],
        containerStatuses: [
          {
            name: 'api',
            restartCount: 2,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
          },
          { name: 'proxy', restartCount: 0, state: { running: {} } },
        ],
      },
    },
  ]);
  expect(snapshot.list('ReplicaSet')[0]?.metadata.ownerReferences).toEqual([
    { apiVersion: 'apps/v1', kind: 'Deployment', name: 'payments-api', controller: true },
  ]);
  expect(snapshot.list('NetworkPolicy')[0]?.spec).toMatchObject({ ingress: [{}], egress: [] });
  expect(snapshot.list('Ingress')[0]?.spec?.rules?.[0]?.http?.paths?.[0]?.backend.service?.name).toBe('payments');
  expect(snapshot.list('Event')[0]).toMatchObject({
    type: 'Warning',
    involvedObject: { kind: 'Pod', namespace: 'prod' },
  });
  expect(snapshot.list('Node')[0]?.status?.conditions).toEqual([
    { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'runtime is down' },
  ]);
  expect(snapshot.notices).toEqual([
    'standard input: rules of 1 network policies are in the context file as counts only: they are taken to allow everything',
  ]);
});

it.each([
  ['missing Secret', ref('Secret', 'prod', 'db-password'), 'absent'],
  ['Secret that is there', ref('Secret', 'prod', 'tls'), 'present'],
  ['Secret that nobody names', ref('Secret', 'prod', 'other'), 'unknown'],
  ['ConfigMap of unknown state', ref('ConfigMap', 'prod', 'settings'), 'unknown'],
  ['node that was not found', ref('Node', undefined, 'worker-2'), 'absent'],
  ['node that could not be asked for', ref('Node', undefined, 'worker-3'), 'unknown'],
  ['missing claim', ref('PersistentVolumeClaim', 'prod', 'data'), 'absent'],
  ['claim that could not be asked for', ref('PersistentVolumeClaim', 'prod', 'cache'), 'unknown'],
  ['volume', ref('PersistentVolume', undefined, 'pv-data'), 'present'],
  ['another pod of the namespace', ref('Pod', 'prod', 'x'), 'absent'],
  ['a pod elsewhere', ref('Pod', 'dev', 'x'), 'unknown'],
])('knows about a %s', async (_name, target, state) => {
  const snapshot = await readSnapshot('-', { stdin: stdin() });
  expect(snapshot.lookup(target).state).toBe(state);
});
