import { type Mechanism, type Relation } from '@kroot/types';

/** What a relation means for causes: which mechanisms travel along it, and which way. */
export interface RelationInfo {
  /** How the dependent depends, as in `Pod/prod/api uses Secret/prod/db`. */
  readonly verb: string;
  /** The dependent waits for these; a finding on the dependency that breaks one of them explains it. */
  readonly forward: readonly Mechanism[];
  /** The dependency waits for these; a finding on the dependent breaks them: pods suffer from their owner's template. */
  readonly backward: readonly Mechanism[];
}

/** A relation that Kubernetes itself makes, as against those of plugins. */
export type BuiltinRelation = Exclude<Relation, `custom:${string}`>;

const NONE: readonly Mechanism[] = [];

/**
 * The second of the three tables of causes (the first is `MECHANISMS`, the third each rule's own `breaks` and `waitsFor`).
 * The order matters: where several relations lead to an explanation, the first one is told.
 */
export const RELATIONS: Readonly<Record<BuiltinRelation, RelationInfo>> = {
  'routes-to': { verb: 'routes to', forward: ['route'], backward: NONE },
  'ingress-class': { verb: 'has class', forward: ['route'], backward: NONE },
  'tls-secret': { verb: 'serves the certificate of', forward: ['route'], backward: NONE },
  'backed-by': { verb: 'is backed by', forward: ['endpoints'], backward: NONE },
  selects: { verb: 'selects', forward: ['endpoints'], backward: NONE },
  'endpoint-slice': { verb: 'has', forward: ['endpoints'], backward: NONE },
  endpoint: { verb: 'sends to', forward: ['endpoints'], backward: NONE },
  scales: { verb: 'scales', forward: ['scaling', 'metrics', 'availability'], backward: NONE },
  'metrics-api': { verb: 'gets metrics from', forward: ['metrics'], backward: NONE },
  guards: { verb: 'guards', forward: ['availability'], backward: ['deletion'] },
  owns: {
    verb: 'owns',
    forward: ['availability', 'pod-creation', 'rollout'],
    backward: [
      'image',
      'container-config',
      'container-start',
      'container-exit',
      'readiness',
      'scheduling',
      'node-admission',
      'volume',
      'sandbox',
      'eviction',
      'dependency',
      'pod-creation',
    ],
  },
  node: {
    verb: 'runs on',
    forward: ['node-lost', 'eviction', 'sandbox', 'volume', 'image', 'container-start', 'node-admission'],
    // A drain waits until the pods are gone.
    backward: ['deletion'],
  },
  secret: { verb: 'uses', forward: ['container-config', 'volume'], backward: NONE },
  'config-map': { verb: 'uses', forward: ['container-config', 'volume'], backward: NONE },
  'pull-secret': { verb: 'pulls images with', forward: ['image'], backward: NONE },
  'service-account': { verb: 'runs as', forward: ['pod-creation', 'image'], backward: NONE },
  claim: { verb: 'mounts', forward: ['volume', 'scheduling'], backward: NONE },
  volume: { verb: 'is bound to', forward: ['volume', 'scheduling', 'provisioning'], backward: NONE },
  'storage-class': { verb: 'has class', forward: ['provisioning'], backward: NONE },
  attachment: { verb: 'is attached by', forward: ['volume'], backward: NONE },
  'csi-driver': { verb: 'is provided by', forward: ['provisioning', 'volume'], backward: NONE },
  'gated-by': { verb: 'is gated by', forward: ['pod-creation', 'admission'], backward: NONE },
  'priority-class': { verb: 'has priority', forward: ['pod-creation'], backward: NONE },
  'runtime-class': { verb: 'runs with', forward: ['pod-creation', 'sandbox'], backward: NONE },
  'talks-to': { verb: 'talks to', forward: ['dependency'], backward: NONE },
  'isolated-by': { verb: 'is isolated by', forward: ['network', 'name-resolution'], backward: NONE },
  'resolves-with': { verb: 'resolves names with', forward: ['name-resolution'], backward: NONE },
  'governing-service': { verb: 'is named by', forward: ['name-resolution'], backward: NONE },
  'served-by': { verb: 'is served by', forward: ['endpoints', 'admission', 'extension-api'], backward: NONE },
  'node-agent': { verb: 'needs', forward: ['node-lost', 'sandbox', 'volume'], backward: NONE },
  binding: { verb: 'is bound by', forward: NONE, backward: NONE },
  role: { verb: 'grants', forward: NONE, backward: NONE },
};

const ALL: RelationInfo = { verb: 'depends on', forward: [], backward: [] };

function isBuiltin(relation: string): relation is BuiltinRelation {
  return Object.hasOwn(RELATIONS, relation);
}

/** The relations of kroot itself, in the order of their table. */
export const BUILTIN_RELATIONS: readonly Relation[] = Object.keys(RELATIONS).filter((name) => isBuiltin(name));

/** What a relation means. A plugin's own relation carries every mechanism forward: its findings say which fit. */
export function relationInfo(relation: Relation): RelationInfo {
  return isBuiltin(relation) ? RELATIONS[relation] : ALL;
}

/** Whether a mechanism travels along a relation from the dependent to the dependency. */
export function carriesForward(relation: Relation, mechanism: Mechanism): boolean {
  return relation.startsWith('custom:') || relationInfo(relation).forward.includes(mechanism);
}

/** Whether a mechanism travels along a relation from the dependency to the dependent. */
export function carriesBackward(relation: Relation, mechanism: Mechanism): boolean {
  return relationInfo(relation).backward.includes(mechanism);
}
