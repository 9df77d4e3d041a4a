import { refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { APPLICATION_KIND, HELM_RELEASE_KIND, KUSTOMIZATION_KIND } from '../support/deliveries.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { deliveredChanges, type DeliveredChange } from '../support/refused-changes.ts';
import { inline } from '../support/words.ts';

/** Reports StatefulSets of which a field is to be changed that cannot be. */
export const stsClaimtemplateDrift: Analyzer = {
  meta: {
    id: 'sts-claimtemplate-drift',
    title: 'StatefulSet cannot be changed as Git says',
    role: 'fault',
    severity: 'warning',
    reads: ['StatefulSet', HELM_RELEASE_KIND, KUSTOMIZATION_KIND, APPLICATION_KIND],
    breaks: ['rollout', 'admission'],
    docs: {
      means:
        'Most fields of a StatefulSet, volumeClaimTemplates above all, are fixed when it is created. Git has another value by now, so nothing of the release is delivered.',
      decides:
        'Flux or Argo CD cannot deliver and repeats the API server: updates to statefulset spec for fields other than … are forbidden.',
      silent: 'For StatefulSets that are not in the snapshot, and once a later delivery worked.',
      references: ['https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#volume-claim-templates'],
    },
  },
  *analyze({ snapshot }) {
    for (const refused of deliveredChanges(snapshot)) {
      if (refused.change.kind === 'stateful-set') yield finding(refused);
    }
  },
};

function finding({ change, delivery, object }: DeliveredChange): Finding {
  const subject = refOf(object);
  const { ref: source, evidence, since } = delivery;
  return {
    rule: stsClaimtemplateDrift.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', since),
    message: `${inWords(source)} wants to change a field of ${inWords(subject)} that cannot be changed`,
    cause: `The API server refuses what ${inWords(source)} delivers: "${inline(change.words)}".`,
    evidence: evidence.slice(0, 3),
    affects: [source],
    fixes: [
      {
        summary: `Take the change of ${inWords(subject)} back in Git`,
        steps: [
          'Only replicas, ordinals, template, updateStrategy, minReadySeconds and the retention policy of claims may be changed; larger claims are grown one by one.',
        ],
        commands: [
          kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml'),
          kubectl(source.namespace, 'describe', kubectlName(source)),
        ],
        effect: 'none',
        where: 'git',
      },
      {
        summary: `Or delete ${inWords(subject)} without its pods, and let it be created anew`,
        steps: [
          'Pods and claims stay and are taken over by the new StatefulSet, whose selector has to be the same; claims keep their old size.',
        ],
        commands: [kubectl(subject.namespace, 'delete', kubectlName(subject), '--cascade=orphan')],
        effect: 'destructive',
        where: 'cluster',
      },
    ],
  };
}
