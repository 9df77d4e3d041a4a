import { controlledBy, refOf } from '@kroot/graph';
import { type KubernetesObject } from '@kroot/types';
import { type Draft } from './draft.ts';
import { valueAt, withValue } from './json.ts';
import { flagOf, type KubectlCall } from './kubectl-call.ts';
import { annotationOf } from './labels.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const TEMPLATE = ['spec', 'template'];

/** `kubectl rollout undo` of a Deployment: the template of the revision that is named; undefined where it is not known. */
export function undone(draft: Draft, object: KubernetesObject, call: KubectlCall): KubernetesObject | undefined {
  const revision = flagOf(call, 'to-revision');
  if (object.kind !== 'Deployment' || revision === undefined) return undefined;
  const set = controlledBy(draft.base, refOf(object)).find(
    (candidate) => candidate.kind === 'ReplicaSet' && annotationOf(candidate, REVISION) === revision,
  );
  const template = valueAt(set, TEMPLATE);
  if (template === undefined) return undefined;
  const labels = valueAt(template, ['metadata', 'labels']);
  // The hash is the ReplicaSet's own label.
  const bare = withValue(template, ['metadata', 'labels'], withValue(labels, ['pod-template-hash'], undefined));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a Deployment with another template is one still
  return withValue(object, TEMPLATE, bare) as KubernetesObject;
}
