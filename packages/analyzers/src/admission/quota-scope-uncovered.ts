import { type Analyzer } from '@kroot/types';
import { createRule, failureOf, refusedOwners, TRIES_AGAIN } from '../support/create-rule.ts';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords, kubectlApply } from '../support/kubectl.ts';
import { inline } from '../support/words.ts';

/** Reports pods of a priority that their namespace may use only under a quota, and has none. */
export const quotaScopeUncovered: Analyzer = createRule({
  id: 'quota-scope-uncovered',
  title: 'No quota of the namespace covers the priority of the pods',
  reads: ['ResourceQuota', 'PriorityClass'],
  docs: {
    means:
      'The API server is configured to admit pods of certain priority classes only in namespaces with a quota for that scope (managed clusters do so for the system classes outside kube-system).',
    decides:
      'A controller lacks pods now, and the words of its newest refusal are `insufficient quota to match these scopes`.',
    references: [
      'https://kubernetes.io/docs/concepts/policy/resource-quotas/#limit-priority-class-consumption-by-default',
    ],
  },
  describe(group) {
    const [{ owner, template, controller }] = group.refused;
    const scopes = failureOf(group.refused[0], 'quota-scope')?.scopes ?? '';
    const priority = template?.spec.priorityClassName;
    const namespace = controller.namespace ?? '';
    const named = priority === undefined ? 'their priority' : `priority class ${priority}`;
    return {
      message: `Pods of ${refusedOwners(group)} may not use ${named} in namespace ${namespace}`,
      cause: `No ResourceQuota of namespace ${namespace} covers ${inline(scopes)}, and the API server admits such pods under a quota only.`,
      evidence: priority === undefined ? [] : [fromSpec(owner, 'spec.template.spec.priorityClassName', priority)],
      fixes: [
        describeFix(owner, `Give ${inWords(owner)} another priority class, or none`, [
          `Change priorityClassName in its template, unless it really has to have ${named}.`,
          TRIES_AGAIN,
        ]),
        ...(priority === undefined ? [] : [allow(namespace, priority)]),
      ],
    };
  },
});

function allow(namespace: string, priority: string): ReturnType<typeof describeFix> {
  const manifest = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: `pods-${priority}`, namespace },
    spec: {
      hard: { pods: '100' },
      scopeSelector: {
        matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: [priority] }],
      },
    },
  });
  return {
    summary: `Or allow ${priority} in namespace ${namespace} with a quota`,
    steps: ['Set the number of pods to what may run there with that priority.'],
    commands: [kubectlApply(manifest)],
    effect: 'change',
    where: 'cluster',
  };
}
