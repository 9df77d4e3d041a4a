import { refOf } from '@kroot/graph';
import { formatRef, type Finding, type KubernetesObject, type ResourceRef, type StringMap } from '@kroot/types';
import { templatePath } from '../template-path.ts';
import { type Templated } from '../templated.ts';
import { labelValueFault } from './names.ts';
import { refusal } from './refusal.ts';

/** Labels of an object with values that are none. */
export function* labelFaults(object: KubernetesObject): Generator<Finding> {
  yield* valueFaults(refOf(object), 'metadata.labels', object.metadata.labels);
}

/** The same for the pods of a workload; those of a pod are its own. */
export function* templateLabelFaults({ ref, template }: Templated): Generator<Finding> {
  if (ref.kind === 'Pod') return;
  yield* valueFaults(ref, `${templatePath(ref.kind)}metadata.labels`, template.metadata?.labels);
}

function* valueFaults(ref: ResourceRef, path: string, labels: StringMap = {}): Generator<Finding> {
  for (const [key, value] of Object.entries(labels)) {
    const fault = labelValueFault(value);
    if (fault === undefined) continue;
    yield refusal({
      ref,
      discriminator: `${path}/${key}`,
      message: `Label ${key} of ${formatRef(ref)} cannot have the value "${value}"`,
      cause: `The API server refuses the value of a label: ${fault}.`,
      path: `${path}["${key}"]`,
      quote: `${key}: ${value}`,
      fix: `Write another value for ${key}, or make it an annotation, which may hold any text.`,
    });
  }
}
