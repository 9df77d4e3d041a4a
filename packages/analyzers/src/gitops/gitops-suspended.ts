import { refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type ResourceRef } from '@kroot/types';
import { HELM_RELEASE_KIND, KUSTOMIZATION_KIND } from '../support/deliveries.ts';
import { hurtWorkloads } from '../support/delivered.ts';
import { fromSpec } from '../support/evidence.ts';
import { inWords } from '../support/kubectl.ts';
import { jsonPatch } from '../support/template-patch.ts';
import { memberOf } from '../support/untyped.ts';
import { listed } from '../support/words.ts';

/** Reports suspended deliveries of workloads that do not work: a repair in Git would not arrive. */
export const gitopsSuspended: Analyzer = {
  meta: {
    id: 'gitops-suspended',
    title: 'Delivery of a broken workload is suspended',
    role: 'fault',
    severity: 'info',
    reads: [KUSTOMIZATION_KIND, HELM_RELEASE_KIND, 'Deployment', 'StatefulSet', 'DaemonSet', 'Pod'],
    breaks: ['rollout'],
    docs: {
      means:
        'Flux does not look at this delivery, by intent; a change in Git reaches the cluster only after it is resumed.',
      decides:
        'A Kustomization or HelmRelease has spec.suspend, and pods of a workload that it delivers are held up now.',
      silent: 'While what it delivers works: somebody wanted it so.',
      references: ['https://fluxcd.io/flux/components/kustomize/kustomizations/#suspend'],
    },
  },
  *analyze({ snapshot }) {
    for (const object of [KUSTOMIZATION_KIND, HELM_RELEASE_KIND].flatMap((kind) => snapshot.list(kind))) {
      if (memberOf(object.spec, 'suspend') !== true) continue;
      const subject = refOf(object);
      const hurt = hurtWorkloads(snapshot, subject).filter(({ kind }) => kind !== 'Pod');
      if (hurt.length > 0) yield finding(subject, hurt);
    }
  },
};

function finding(subject: ResourceRef, hurt: readonly ResourceRef[]): Finding {
  const names = listed(hurt.map((target) => inWords(target)));
  return {
    rule: gitopsSuspended.meta.id,
    subject,
    severity: 'info',
    confidence: CONFIDENCE.stated,
    message: `${inWords(subject)} is suspended, so a repair of ${names} in Git does not arrive`,
    cause: `${inWords(subject)} delivers ${names} and has spec.suspend: true.`,
    evidence: [fromSpec(subject, 'spec.suspend', 'true')],
    fixes: [
      {
        summary: `Resume ${inWords(subject)} once the repair is in Git`,
        steps: ['It then applies what is in Git and undoes what was changed by hand.'],
        commands: [jsonPatch(subject, [{ op: 'replace', path: '/spec/suspend', value: false }])],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
