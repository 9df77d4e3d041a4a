import { refOf } from '@kroot/graph';
import { kindKey, type Analyzer } from '@kroot/types';
import { definitionFindings } from '../support/definition-rule.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { inline } from '../support/words.ts';

/** Reports definitions that are being deleted and wait for their objects. */
export const crdTerminating: Analyzer = {
  meta: {
    id: 'crd-terminating',
    title: 'Custom resource definition cannot be deleted',
    role: 'fault',
    severity: 'warning',
    reads: ['CustomResourceDefinition'],
    breaks: ['extension-api', 'deletion'],
    waitsFor: ['deletion'],
    docs: {
      means:
        'The definition was deleted and waits for its last objects, whose finalizers nobody removes: usually the operator was removed first. Until then no new objects of the kind can be created.',
      decides: 'Condition Terminating of the definition is True for more than five minutes.',
      silent: 'In the first five minutes: controllers need time to clean up.',
      references: [
        'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#finalizers',
      ],
    },
  },
  *analyze({ snapshot }) {
    yield* definitionFindings(snapshot, {
      rule: crdTerminating.meta.id,
      condition: 'Terminating',
      bad: 'True',
      grace: 300_000,
      message: (subject) => `${inWords(subject)} cannot be deleted: its last objects stay`,
      cause: (subject, { reason = 'Terminating', message = '' }) =>
        `${subject.name} was deleted and waits for its objects (${reason}${message === '' ? '' : `: ${inline(message)}`}).`,
      because: ({ spec }) =>
        snapshot
          .list(kindKey(spec?.group ?? '', spec?.names?.kind ?? ''))
          .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
          .slice(0, 100)
          .map((object) => ({ ref: refOf(object), mechanism: 'deletion' as const })),
      fixes: (subject) => [
        {
          summary: `See which objects of ${subject.name} are left`,
          steps: [
            'Start their operator again, so that it removes its finalizers; if it is gone for good, the finalizers must be removed by hand.',
          ],
          commands: [
            kubectl(
              undefined,
              'get',
              subject.name,
              '-A',
              '-o',
              'custom-columns=NS:.metadata.namespace,NAME:.metadata.name,FINALIZERS:.metadata.finalizers',
            ),
          ],
          effect: 'none',
          where: 'cluster',
        },
        describeFix(subject, 'Read what the API server says about the deletion', [
          'The condition Terminating tells whether objects are refused or merely remain.',
        ]),
      ],
    });
  },
};
