import { refKey } from '@kroot/types';
import { ofManifests } from './as-intended.js';
import {} from './externals.js';
/** Rules on how controllers and injectors follow; on a copy that nobody works on they can only repeat what they said before. */
const OBSERVED = new Set([
    'svc-endpointslice-stale',
    'svc-endpoints-missing-targetref-pod',
    'deploy-observed-generation-lag',
    'sts-rollout-stuck-bad-revision',
    'config-drift-not-restarted',
    'mesh-sidecar-not-injected',
    'mesh-strict-mtls-unmeshed-client',
    'mutation-missed',
]);
/** Others fill these in, so that one without a key is no fault of theirs. */
const FILLED = new Set(['ConfigMap', 'Secret']);
/** An analyzer on a cluster to which manifests are applied. */
export function onCluster(analyzer, { isExternal, isOwn, known }) {
    const isObserved = OBSERVED.has(analyzer.meta.id);
    return {
        meta: analyzer.meta,
        *analyze(context) {
            for (const finding of analyzer.analyze(context)) {
                const { subject } = finding;
                if (isObserved && !known.has(`${finding.rule} ${refKey(subject)}`))
                    continue;
                // What is there and wrong is wrong, whoever made it.
                const isTheirs = FILLED.has(subject.kind) || context.snapshot.lookup(subject).state === 'absent';
                if (isTheirs && isExternal(subject))
                    continue;
                yield isOwn(subject) ? ofManifests(finding) : finding;
            }
        },
    };
}
//# sourceMappingURL=on-cluster.js.map