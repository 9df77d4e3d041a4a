import { type Snapshot } from '@kroot/types';
import { type CreateGroup } from './create-groups.ts';
import { refusedOwners, type CreateText } from './create-rule.ts';
import { fromSpec } from './evidence.ts';
import { describeFix, inWords, kubectl } from './kubectl.ts';
import { elsewhere, similarObjects } from './near-objects.ts';

/** What the rules on missing ServiceAccounts say. */
export function accountText(group: CreateGroup, snapshot: Snapshot): CreateText {
  const { subject } = group;
  const namespace = subject.namespace ?? '';
  const [{ owner, template }] = group.refused;
  const field =
    owner.kind === 'CronJob'
      ? 'spec.jobTemplate.spec.template.spec.serviceAccountName'
      : 'spec.template.spec.serviceAccountName';
  const named = template?.spec.serviceAccountName;
  return {
    message: `${inWords(subject)} does not exist`,
    cause: `Pods of ${refusedOwners(group)} run as ServiceAccount ${subject.name}, and namespace ${namespace} has none of that name, so the API server refuses to create them.`,
    evidence: named === undefined ? [] : [fromSpec(owner, field, named)],
    fixes: [
      {
        summary: `Create ${inWords(subject)}`,
        steps: [
          'It starts without rights and pull Secrets: if the program uses the Kubernetes API, its RoleBindings are needed too. The controllers try again by themselves.',
        ],
        commands: [kubectl(namespace, 'create', 'serviceaccount', subject.name)],
        effect: 'change',
        where: 'cluster',
      },
      describeFix(owner, `Or correct the name of the ServiceAccount in ${inWords(owner)}`, [
        `Set ${field} of ${inWords(owner)} to an account that exists.`,
      ]),
    ],
    notes: [
      ...similarObjects(snapshot, subject),
      ...elsewhere(snapshot, subject).slice(0, subject.name === 'default' ? 0 : 1),
    ],
  };
}
