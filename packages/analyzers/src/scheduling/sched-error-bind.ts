import { podClaims } from '@kroot/graph';
import { ref, type Analyzer, type Because, type Fix, type ResourceRef } from '@kroot/types';
import { bindErrorWords } from '../messages/bind-error.ts';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { schedulingRule, type SchedulingStory } from '../support/scheduling-rule.ts';
import { type UnschedulableGroup } from '../support/unschedulable.ts';
import { inline, listed } from '../support/words.ts';

/** Reports pods for which the scheduler found a node and that it could not bind to it. */
export const schedErrorBind: Analyzer = schedulingRule(
  'sched-error-bind',
  {
    title: 'Scheduler found a node and could not bind the pod to it',
    means:
      'A node was chosen, and the last step failed: a volume was not made or bound within ten minutes, or the API server refused the binding (a webhook, permissions of the scheduler, a pod that changed meanwhile). The scheduler starts over.',
    decides:
      'The scheduler’s words are those of a plugin that runs after the choice (Reserve, Permit, PreBind, Bind), in place of a list of nodes. Claims of the pod that are not bound are told as the cause.',
    silent: 'When the scheduler gives a list of nodes, and once the pod has a node.',
    references: ['https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/#pre-bind'],
    reads: ['PersistentVolumeClaim'],
    waitsFor: ['scheduling'],
  },
  tell,
);

function tell(group: UnschedulableGroup): SchedulingStory {
  const { owner, first } = group;
  const quote = first.evidence[0]?.quote ?? '';
  const said = inline(bindErrorWords(quote.replace(/^PodScheduled=\S+(?: \w+)?: /, '')));
  const claims = unboundClaims(group);
  const names = claims.map(({ name }) => name);
  const because: readonly Because[] = claims.map((claim) => ({ ref: claim, mechanism: 'scheduling' }));
  const volumes = claims.length === 0 ? '' : `; ${listed(names)} ${names.length === 1 ? 'is' : 'are'} not bound`;
  return {
    message: `Scheduler cannot bind a pod of ${inWords(owner)} to its node: ${said}`,
    why: `binding failed: ${said}`,
    cause: `The scheduler found a node for ${first.state.ref.name}, and the last step failed with "${said}"${volumes}.`,
    evidence: claims
      .slice(0, 2)
      .map((claim) => ({ ...fromSpec(claim, 'status.phase', 'Pending'), source: 'status' as const })),
    ...(because.length === 0 ? {} : { because }),
    fixes: fixes(owner, claims),
  };
}

function unboundClaims({ first, snapshot }: UnschedulableGroup): readonly ResourceRef[] {
  return podClaims(first.state.pod).flatMap(({ claim: { name } }) => {
    const { namespace } = first.state.ref;
    const claim = present(snapshot, 'PersistentVolumeClaim', namespace, name);
    return claim?.status?.phase === 'Pending' ? [ref('PersistentVolumeClaim', namespace, name)] : [];
  });
}

function fixes(owner: ResourceRef, claims: readonly ResourceRef[]): readonly Fix[] {
  const [claim] = claims;
  if (claim !== undefined) {
    return [
      describeFix(claim, `See why ${inWords(claim)} gets no volume`, [
        'The events of the claim and the log of its provisioner tell; the scheduler tries again by itself.',
      ]),
    ];
  }
  return [
    {
      summary: `See what refuses the binding of the pods of ${inWords(owner)}`,
      steps: [
        'Webhooks on pods/binding, and the permissions of the scheduler, can do so; its log has the whole answer.',
      ],
      commands: [
        kubectl(owner.namespace, 'get', 'events', '--field-selector=reason=FailedScheduling'),
        kubectl(undefined, 'get', 'validatingwebhookconfigurations,mutatingwebhookconfigurations'),
      ],
      effect: 'none',
      where: 'cluster',
    },
  ];
}
