import { refKey, type Analyzer, type ResourceRef } from '@kroot/types';
import { ofManifests } from './as-intended.ts';
import { type IsExternal } from './externals.ts';
import { selectsCustomPods } from './selects-custom-pods.ts';

/** What tells findings on manifests from findings on the cluster that they are for. */
export interface ClusterContext {
  readonly isExternal: IsExternal;
  /** Whether an object is one of the manifests. */
  readonly isOwn: (target: ResourceRef) => boolean;
  /** Rule and subject of what was found before. */
  readonly known: ReadonlySet<string>;
}

/** Rules on how controllers and injectors follow; on a copy that nobody works on they can only repeat what they said before. */
const OBSERVED: ReadonlySet<string> = new Set([
  'svc-endpointslice-stale',
  'svc-endpoints-missing-targetref-pod',
  'deploy-observed-generation-lag',
  'sts-rollout-stuck-bad-revision',
  'config-drift-not-restarted',
  'mesh-sidecar-not-injected',
  'mesh-strict-mtls-unmeshed-client',
  'mutation-missed',
  'hpa-pods-unready-metrics',
]);

/** Others fill these in, so that one without a key is no fault of theirs. */
const FILLED: ReadonlySet<string> = new Set(['ConfigMap', 'Secret']);

/** An analyzer on a cluster to which manifests are applied. */
export function onCluster(analyzer: Analyzer, { isExternal, isOwn, known }: ClusterContext): Analyzer {
  const isObserved = OBSERVED.has(analyzer.meta.id);
  return {
    meta: analyzer.meta,
    *analyze(context) {
      for (const finding of analyzer.analyze(context)) {
        const { subject } = finding;
        if (isObserved && !known.has(`${finding.rule} ${refKey(subject)}`)) continue;
        // What is there and wrong is wrong, whoever made it.
        const isTheirs = FILLED.has(subject.kind) || context.snapshot.lookup(subject).state === 'absent';
        if (isTheirs && isExternal(subject)) continue;
        if (isOwn(subject) && selectsCustomPods(context.snapshot, finding)) continue;
        yield isOwn(subject) ? ofManifests(finding) : finding;
      }
    },
  };
}
