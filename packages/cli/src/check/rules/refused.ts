import { manifestRule } from '@kroot/analyzers';
import { type ManifestSet } from '@kroot/cluster';
import { controllerOf } from '@kroot/graph';
import { refKey, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { autoscalerFault } from './refused/autoscaler.ts';
import { budgetFault } from './refused/budget.ts';
import { containerPortFaults } from './refused/container-ports.ts';
import { ingressFaults } from './refused/ingress.ts';
import { labelFaults, templateLabelFaults } from './refused/labels.ts';
import { mountFaults } from './refused/mounts.ts';
import { objectNameFault } from './refused/object-names.ts';
import { podNameFaults } from './refused/pod-names.ts';
import { probeFaults } from './refused/probes.ts';
import { resourceFaults } from './refused/resources.ts';
import { restartPolicyFault } from './refused/restart-policy.ts';
import { rolloutFault } from './refused/rollout.ts';
import { scheduleFaults } from './refused/schedule.ts';
import { selectorFault, selectorMissing } from './refused/selector.ts';
import { serviceFaults } from './refused/service.ts';
import { subjectFaults } from './refused/subjects.ts';
import { unquotedFaults } from './refused/unquoted.ts';
import { templated, type Templated } from './templated.ts';

/** What the API server looks at wherever pods are described. */
const TEMPLATE_REASONS: readonly ((workload: Templated) => Generator<Finding>)[] = [
  selectorFault,
  mountFaults,
  podNameFaults,
  containerPortFaults,
  resourceFaults,
  restartPolicyFault,
  probeFaults,
  templateLabelFaults,
];

/** Reports objects that the API server refuses, whatever is in the cluster; what no snapshot keeps, the version and text without quotes, of `manifests` only. */
export function manifestRefused({ kustomized, manifests }: Pick<ManifestSet, 'kustomized' | 'manifests'>): Analyzer {
  const versions = new Map(manifests.map(({ apiVersion, ref }) => [refKey(ref), apiVersion]));
  return {
    meta: manifestRule('manifest-refused'),
    *analyze({ snapshot }) {
      for (const manifest of manifests) yield* unquotedFaults(manifest);
      for (const workload of templated(snapshot)) {
        // Kustomize writes selectors with labels, and the namespaces of subjects.
        if (!kustomized) yield* selectorMissing(workload, versions.get(refKey(workload.ref)));
        for (const reason of TEMPLATE_REASONS) yield* reason(workload);
      }
      if (!kustomized) for (const binding of snapshot.list('ClusterRoleBinding')) yield* subjectFaults(binding);
      yield* ofOtherKinds(snapshot);
      for (const kind of snapshot.kinds()) {
        for (const object of snapshot.list(kind)) {
          // What a controller makes it also names and labels.
          if (controllerOf(object) !== undefined) continue;
          yield* objectNameFault(object);
          yield* labelFaults(object);
        }
      }
    },
  };
}

function* ofOtherKinds(snapshot: Snapshot): Generator<Finding> {
  for (const cronJob of snapshot.list('CronJob')) yield* scheduleFaults(cronJob);
  for (const deployment of snapshot.list('Deployment')) yield* rolloutFault(deployment);
  for (const service of snapshot.list('Service')) yield* serviceFaults(service);
  for (const ingress of snapshot.list('Ingress')) yield* ingressFaults(ingress);
  for (const budget of snapshot.list('PodDisruptionBudget')) yield* budgetFault(budget);
  for (const autoscaler of snapshot.list('HorizontalPodAutoscaler')) yield* autoscalerFault(autoscaler);
}
