import { type Analyzer } from '@kroot/types';
import { createRule, failureOf, refusedOwners, TRIES_AGAIN } from '../support/create-rule.ts';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords, kubectlApply } from '../support/kubectl.ts';
import { inline } from '../support/words.ts';

/** Reports pods without the requests or limits that a quota asks for. */
export const quotaRequiresRequests: Analyzer = createRule({
  id: 'quota-requires-requests',
  title: 'Quota asks for requests or limits that the pods do not have',
  reads: ['ResourceQuota', 'LimitRange'],
  docs: {
    means:
      'A quota on cpu or memory makes requests (or limits) of that resource a duty, and a container of the template has none.',
    decides:
      'A controller lacks pods now, and the words are `failed quota: … must specify …`. The workload is the fault; the quota is where it came to the namespace after the workload.',
    references: ['https://kubernetes.io/docs/concepts/policy/resource-quotas/#compute-resource-quota'],
  },
  describe(group, snapshot) {
    const failure = failureOf(group.refused[0], 'quota-requires');
    const { quota = '', must = '' } = failure ?? {};
    const namespace = group.refused[0].controller.namespace ?? '';
    const [{ owner, template }] = group.refused;
    const ranges = snapshot.list('LimitRange', namespace);
    const lacking = (template?.spec.containers ?? []).filter(
      ({ resources }) => resources?.requests === undefined || resources.limits === undefined,
    );
    return {
      message: `Pods of ${refusedOwners(group)} lack what ResourceQuota ${namespace}/${quota} asks for: ${inline(must, 120)}`,
      cause: `ResourceQuota ${namespace}/${quota} admits only pods that specify ${inline(must)}, and the pods of ${refusedOwners(group)} do not.`,
      evidence: lacking
        .slice(0, 2)
        .map(({ name, resources }) =>
          fromSpec(owner, `spec.template.spec.containers[${name}].resources`, JSON.stringify(resources ?? {})),
        ),
      fixes: [
        describeFix(owner, `Give the containers of ${inWords(owner)} requests and limits`, [
          `Add ${inline(must)} under resources of each container in the template of ${inWords(owner)}.`,
          TRIES_AGAIN,
        ]),
        ...(ranges.length > 0 ? [] : [defaults(namespace)]),
      ],
      notes:
        ranges.length === 0
          ? []
          : [`LimitRange ${namespace}/${ranges[0]?.metadata.name ?? ''} sets defaults, but not for this resource.`],
    };
  },
});

function defaults(namespace: string): ReturnType<typeof describeFix> {
  const manifest = JSON.stringify({
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'defaults', namespace },
    spec: {
      limits: [
        {
          type: 'Container',
          defaultRequest: { cpu: '100m', memory: '128Mi' },
          default: { cpu: '500m', memory: '256Mi' },
        },
      ],
    },
  });
  return {
    summary: `Or give all containers of namespace ${namespace} defaults with a LimitRange`,
    steps: [`Adjust the amounts to what the programs of ${namespace} need: a limit that is too small kills them.`],
    commands: [kubectlApply(manifest)],
    effect: 'change',
    where: 'cluster',
  };
}
