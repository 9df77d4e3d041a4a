import { type Analyzer } from '@kroot/types';
import { configEditFindings } from '../support/config-edit-rule.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';

/** Reports edits of ConfigMaps and Secrets since which pods fail. */
export const badConfigRollout: Analyzer = {
  meta: {
    id: 'bad-config-rollout',
    title: 'Pods fail since a ConfigMap or Secret was edited',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'ConfigMap', 'Secret', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet'],
    breaks: ['dependency', 'container-exit', 'readiness'],
    docs: {
      means: 'The content was changed, and every container that started with the new content fails.',
      decides:
        'The change clock (managedFields) dates an edit of data. A held-up container was started after it, and a pod of the same template that was started before it is ready.',
      silent: 'Where the capture has no managedFields, and where no pod from before the edit is left to compare with.',
      references: [
        'https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically',
      ],
    },
  },
  *analyze(context) {
    yield* configEditFindings(context, {
      rule: badConfigRollout.meta.id,
      applies: ({ isOld }) => !isOld,
      subjectOf: ({ target }) => target,
      message: ({ target }, owners) => `${owners} fails since ${inWords(target)} was edited`,
      wrong: ({ target, editedAt, editor }) => `${editor} edited ${inWords(target)} at ${editedAt}`,
      fixes: ({ target, owner }) => [
        {
          summary: `Restore the content of ${inWords(target)} from before the edit`,
          steps: [
            'Git or the release tool has it; the cluster keeps no history.',
            'Containers in a crash loop take the new content at their next start; others need a restart of the workload.',
          ],
          commands: [
            kubectl(target.namespace, 'get', kubectlName(target), '-o', 'yaml', '--show-managed-fields'),
            kubectl(owner.namespace, 'get', kubectlName(owner)),
          ],
          effect: 'none',
          where: 'git',
        },
      ],
    });
  },
};
