import { type Analyzer } from '@kroot/types';
import { definitionFindings } from '../support/definition-rule.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { inline } from '../support/words.ts';

/** Reports definitions whose names another definition has taken. */
export const crdNamesConflict: Analyzer = {
  meta: {
    id: 'crd-names-conflict',
    title: 'Names of a custom resource are taken',
    role: 'fault',
    severity: 'warning',
    reads: ['CustomResourceDefinition'],
    breaks: ['extension-api'],
    docs: {
      means:
        'Another definition of the same group has the kind, plural or short name already, so this one is not served.',
      decides: 'Condition NamesAccepted of the definition is False for more than 30 s.',
      silent: 'While the names are being checked.',
      references: ['https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/'],
    },
  },
  *analyze({ snapshot }) {
    yield* definitionFindings(snapshot, {
      rule: crdNamesConflict.meta.id,
      condition: 'NamesAccepted',
      bad: 'False',
      grace: 30_000,
      message: (subject, { message = '' }) => `${inWords(subject)} is not served: ${inline(message, 160)}`,
      cause: (subject, { reason = 'NamesAccepted=False', message = '' }) =>
        `A name that ${subject.name} asks for belongs to another definition of its group (${reason}: ${inline(message)}).`,
      fixes: (subject, { spec }) => [
        describeFix(subject, `Find the other definition of group ${spec?.group ?? ''}`, [
          'Rename the names of one of them, or remove the definition that is no longer used; deleting a definition deletes all its objects.',
        ]),
        {
          summary: 'List the definitions with their names',
          steps: [
            `Look for another definition of group ${spec?.group ?? ''} with the same kind, plural or short name.`,
          ],
          commands: [kubectl(undefined, 'api-resources', `--api-group=${spec?.group ?? ''}`)],
          effect: 'none',
          where: 'cluster',
        },
      ],
    });
  },
};
