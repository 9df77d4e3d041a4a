import { labelValue, topOwner } from '@kroot/graph';
import { type Container, type Pod, type Snapshot } from '@kroot/types';
import { templateContainer } from './template-container.ts';

/**
 * The LimitRange whose default gave a container its memory limit: the pod has the default's value, the workload's
 * template asks for none, or the admission plugin's annotation says that it set it.
 * https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/limitranger/admission.go
 */
export function limitFromRange(snapshot: Snapshot, pod: Pod, container: Container): string | undefined {
  const limit = container.resources?.limits?.['memory'];
  const range = snapshot
    .list('LimitRange', pod.metadata.namespace)
    .find(({ spec }) =>
      (spec?.limits ?? []).some((item) => item.type === 'Container' && item.default?.['memory'] === limit),
    );
  if (range === undefined) return undefined;
  const note = labelValue(pod.metadata.annotations, 'kubernetes.io/limit-ranger') ?? '';
  const annotated = note
    .split(';')
    .some((part) => part.includes('memory') && part.trim().endsWith(`limit for container ${container.name}`));
  const own = templateContainer(snapshot, topOwner(snapshot, pod), container.name);
  const templateSilent = own !== undefined && own.container.resources?.limits?.['memory'] === undefined;
  return annotated || templateSilent ? range.metadata.name : undefined;
}
