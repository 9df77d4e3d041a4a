import { builtinKind, ref } from '@kroot/types';
import { elements, isObject, member, text, type JsonObject } from './guards.ts';
import { type ContextFacts } from './kroot-context-facts.ts';
import { type CoverageStatement } from './snapshot/statement.ts';

/**
 * A pod of the original's context file. The file names the Secrets and ConfigMaps that the pod needs but not where, and
 * often no container. They are put into `envFrom` of a container: the reference is a fact, its place is not.
 */
export function contextPod(entry: JsonObject): JsonObject {
  const states = elements(entry['container_states']).filter(isObject);
  const names = states.length === 0 ? [entry['name']] : states.map((state) => state['name']);
  const [first, ...others] = names.map((name) => ({ name }));
  const dependencies = dependenciesOf(entry);
  const node = text(entry['node']);
  const account = dependencies.find((dependency) => dependency.kind === 'ServiceAccount')?.name;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: entry['name'],
      namespace: entry['namespace'],
      labels: entry['pod_labels'],
      ...ownerOf(entry),
    },
    spec: {
      containers: [{ ...first, envFrom: dependencies.flatMap(envFrom) }, ...others],
      volumes: elements(entry['persistent_volume_claims']).map((claimName) => ({
        name: claimName,
        persistentVolumeClaim: { claimName },
      })),
      ...(node !== undefined && node !== 'unassigned' && { nodeName: node }),
      ...(account !== undefined && { serviceAccountName: account }),
    },
    status: {
      phase: entry['phase'],
      conditions: scheduled(entry['scheduling']),
      ...(states.length > 0 && { containerStatuses: states.map(containerStatus) }),
    },
  };
}

/** What the pod's dependencies say about single objects: those that are missing, and those that are there. */
export function podFacts(entry: JsonObject): ContextFacts {
  const namespace = text(entry['namespace']);
  const named = dependenciesOf(entry).filter(
    ({ kind }) => kind === 'Secret' || kind === 'ConfigMap' || kind === 'ServiceAccount',
  );
  return {
    objects: named
      .filter(({ status }) => status === 'Present')
      .map(({ kind, name }) => ({ apiVersion: 'v1', kind, metadata: { name, namespace } })),
    statements: named
      .filter(({ status }) => status === 'Missing')
      .map(({ kind, name }): CoverageStatement => ({ ref: ref(kind, namespace, name), state: 'absent' })),
  };
}

interface Dependency {
  readonly kind: string;
  readonly name: string;
  readonly status: string | undefined;
}

function dependenciesOf(entry: JsonObject): readonly Dependency[] {
  return elements(entry['dependencies']).flatMap((value) => {
    const kind = text(member(value, 'kind'));
    const name = text(member(value, 'name'));
    return kind === undefined || name === undefined ? [] : [{ kind, name, status: text(member(value, 'status')) }];
  });
}

function envFrom({ kind, name }: Dependency): readonly JsonObject[] {
  if (kind === 'Secret') return [{ secretRef: { name } }];
  return kind === 'ConfigMap' ? [{ configMapRef: { name } }] : [];
}

function ownerOf(entry: JsonObject): JsonObject {
  const kind = text(entry['controller_kind']);
  const name = text(entry['controller_name']);
  if (kind === undefined || name === undefined) return {};
  const known = builtinKind(kind);
  const apiVersion = known === undefined || known.group === '' ? 'v1' : `${known.group}/${known.version}`;
  return { ownerReferences: [{ apiVersion, kind, name, controller: true }] };
}

function scheduled(scheduling: unknown): readonly JsonObject[] {
  if (member(scheduling, 'unschedulable') !== true) return [];
  const reason = text(member(scheduling, 'reason')) ?? 'Unschedulable';
  return [{ type: 'PodScheduled', status: 'False', reason, message: member(scheduling, 'message') }];
}

/** States are Rust enums as serde writes them: `"Running"`, `{ "Waiting": { … } }`. */
function containerStatus(state: JsonObject): JsonObject {
  const current = state['state'];
  const terminated = member(current, 'Terminated');
  const waiting = member(current, 'Waiting');
  const exitCode = state['last_termination_exit_code'];
  return {
    name: state['name'],
    restartCount: state['restart_count'],
    state: {
      ...(current === 'Running' && { running: {} }),
      ...(waiting !== undefined && { waiting }),
      ...(isObject(terminated) && { terminated: { reason: terminated['reason'], exitCode: terminated['exit_code'] } }),
    },
    ...(typeof exitCode === 'number' && {
      lastState: { terminated: { exitCode, reason: state['last_termination_reason'] } },
    }),
  };
}
