import { nearNames } from '@kroot/graph';
import { CONFIDENCE, ref, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { inWords, kubectl } from '../support/kubectl.ts';
import { namespaceRefusals, type NamespaceRefusal } from '../support/namespace-words.ts';
import { doing, listed } from '../support/words.ts';

/** Reports namespaces that releases or applications deploy to and that do not exist. */
export const namespaceMissing: Analyzer = {
  meta: {
    id: 'namespace-missing',
    title: 'Namespace does not exist',
    role: 'fault',
    severity: 'warning',
    reads: ['Namespace', 'Event'],
    breaks: ['admission'],
    docs: {
      means:
        'A release or an application puts its objects into a namespace that nobody has created, so none of them is there.',
      decides:
        'A condition of a custom object (or its newest event, if it has no conditions) says `namespaces "…" not found`, and no such namespace is in the capture.',
      silent: 'When the namespace is there by now.',
      references: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/'],
    },
  },
  *analyze({ snapshot }) {
    for (const refusal of namespaceRefusals(snapshot, 'missing')) {
      const state = snapshot.lookup(ref('Namespace', undefined, refusal.namespace)).state;
      if (state !== 'present') yield finding(snapshot, refusal, state === 'absent');
    }
  },
};

function finding(snapshot: Snapshot, { namespace, objects, evidence }: NamespaceRefusal, proved: boolean): Finding {
  const subject = ref('Namespace', undefined, namespace);
  const near = nearNames(
    namespace,
    snapshot.list('Namespace').map(({ metadata }) => metadata.name),
  );
  const who = objects.map((each) => inWords(each));
  return {
    rule: namespaceMissing.meta.id,
    subject,
    severity: 'warning',
    confidence: proved ? CONFIDENCE.stated : CONFIDENCE.strong,
    message: `${inWords(subject)} does not exist`,
    cause: `${doing(who, 'deploys', 'deploy')} to namespace ${namespace}, which does not exist.`,
    evidence,
    affects: objects,
    fixes: [
      {
        summary: `Create namespace ${namespace}`,
        steps: [`Or let ${listed(who)} create it (createNamespace, CreateNamespace=true), or correct the name there.`],
        commands: [kubectl(undefined, 'create', 'namespace', namespace)],
        effect: 'change',
        where: 'cluster',
      },
    ],
    ...(near.length === 0 ? {} : { notes: [`Namespaces with a similar name: ${listed(near)}.`] }),
  };
}
