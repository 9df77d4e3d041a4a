import { type Analyzer } from '@kroot/types';
import { definitionFindings } from '../support/definition-rule.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { inline } from '../support/words.ts';

/** Reports definitions whose schema is not structural. */
export const crdNonstructural: Analyzer = {
  meta: {
    id: 'crd-nonstructural',
    title: 'Schema of a custom resource is not structural',
    role: 'fault',
    severity: 'warning',
    reads: ['CustomResourceDefinition'],
    breaks: ['extension-api'],
    docs: {
      means:
        'The API server cannot prune, default or publish the schema, and a definition of this form cannot be moved to apiextensions.k8s.io/v1.',
      decides: 'Condition NonStructuralSchema of the definition is True.',
      silent: 'In the first minute.',
      references: [
        'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema',
      ],
    },
  },
  *analyze({ snapshot }) {
    yield* definitionFindings(snapshot, {
      rule: crdNonstructural.meta.id,
      condition: 'NonStructuralSchema',
      bad: 'True',
      grace: 60_000,
      message: (subject) => `${inWords(subject)} has a schema that is not structural`,
      cause: (subject, { message = 'Violations' }) =>
        `The API server finds in the schema of ${subject.name}: ${inline(message)}.`,
      fixes: (subject) => [
        describeFix(subject, `Correct the schema of ${subject.name} where it is made`, [
          'Each node needs a type; the condition names the paths.',
        ]),
      ],
    });
  },
};
