import { type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { CONFIDENCE, ref } from '@kroot/types';
import { createRule, refusedDo } from '../support/create-rule.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { namespaceRefusals, type NamespaceRefusal } from '../support/namespace-words.ts';
import { present } from '../support/present.ts';
import { doing } from '../support/words.ts';

const ID = 'create-in-terminating-ns';

const refusedPods = createRule({
  id: ID,
  title: 'Objects are to be created in a namespace that is being deleted',
  reads: ['Namespace'],
  breaks: ['pod-creation', 'admission'],
  waitsFor: ['deletion'],
  docs: {
    means:
      'The namespace is being deleted and takes nothing new, while a controller or a release still wants to create something in it.',
    decides:
      'The newest refusal of a controller that lacks pods, or a condition of a custom object (releases, applications), says that the namespace is being terminated, and it still is.',
    silent: 'When the namespace is there again, or gone.',
    references: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/'],
  },
  describe: (group, snapshot) => ({
    ...told(snapshot, group.subject.name, refusedDo(group, 'wants', 'want')),
    because: [{ ref: group.subject, mechanism: 'deletion' }],
    severity: 'warning',
  }),
});

/** Reports namespaces that are being deleted while somebody wants to create objects in them. */
export const createInTerminatingNs: Analyzer = {
  meta: refusedPods.meta,
  *analyze(context) {
    for (const found of refusedPods.analyze(context))
      if (isTerminating(context.snapshot, found.subject.name)) yield found;
    for (const refusal of namespaceRefusals(context.snapshot, 'terminating')) {
      if (isTerminating(context.snapshot, refusal.namespace)) yield finding(context.snapshot, refusal);
    }
  },
};

function isTerminating(snapshot: Snapshot, name: string): boolean {
  return present(snapshot, 'Namespace', undefined, name)?.metadata.deletionTimestamp !== undefined;
}

function told(snapshot: Snapshot, name: string, who: string): Pick<Finding, 'message' | 'cause' | 'fixes'> {
  const since = present(snapshot, 'Namespace', undefined, name)?.metadata.deletionTimestamp ?? '';
  const subject = ref('Namespace', undefined, name);
  return {
    message: `Namespace ${name} is being deleted and takes no new objects`,
    cause: `${who} to create objects in namespace ${name}, which was deleted at ${since}.`,
    fixes: [
      describeFix(subject, `Let the deletion of namespace ${name} end, then create it again`, [
        'See in its conditions what the deletion waits for.',
        'If it is not to come back, remove what still creates objects in it.',
      ]),
    ],
  };
}

function finding(snapshot: Snapshot, { namespace, objects, evidence }: NamespaceRefusal): Finding {
  const subject = ref('Namespace', undefined, namespace);
  const who = doing(
    objects.map((each) => inWords(each)),
    'wants',
    'want',
  );
  return {
    rule: ID,
    subject,
    discriminator: 'releases',
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...told(snapshot, namespace, who),
    evidence,
    affects: objects,
    because: [{ ref: subject, mechanism: 'deletion' }],
    breaks: ['admission'],
  };
}
