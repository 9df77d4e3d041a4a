import { conditionOf } from '@kroot/graph';
import { type Analyzer } from '@kroot/types';
import { definitionFindings } from '../support/definition-rule.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { inline } from '../support/words.ts';

/** Reports definitions that are not served, though their names are accepted. */
export const crdNotEstablished: Analyzer = {
  meta: {
    id: 'crd-not-established',
    title: 'Custom resource is not served',
    role: 'fault',
    severity: 'warning',
    reads: ['CustomResourceDefinition'],
    breaks: ['extension-api'],
    docs: {
      means: 'The API server has not begun to serve the kind, so its objects can be neither read nor created.',
      decides: 'Condition Established of the definition is False for more than a minute.',
      silent: 'In the first minute, and when its names are not accepted: then that is told.',
      references: ['https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/'],
    },
  },
  *analyze({ snapshot }) {
    yield* definitionFindings(snapshot, {
      rule: crdNotEstablished.meta.id,
      condition: 'Established',
      bad: 'False',
      grace: 60_000,
      applies: ({ status }) => conditionOf(status?.conditions, 'NamesAccepted')?.status !== 'False',
      message: (subject, { reason = 'Established=False' }) => `${inWords(subject)} is not served (${reason})`,
      cause: (subject, { reason = 'no reason', message = '' }) =>
        `The API server does not serve ${subject.name}: ${inline(message === '' ? reason : message)}.`,
      fixes: (subject) => [
        describeFix(subject, `Read the conditions of ${subject.name} and correct what they name`, [
          'A CA bundle of the conversion webhook that cannot be parsed is a common reason (InvalidCABundle).',
        ]),
      ],
    });
  },
};
