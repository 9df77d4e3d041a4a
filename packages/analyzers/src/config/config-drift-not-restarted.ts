import { type Analyzer } from '@kroot/types';
import { configEditFindings } from '../support/config-edit-rule.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';

const RESTARTS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** Reports workloads whose pods still run with configuration from before it was corrected. */
export const configDriftNotRestarted: Analyzer = {
  meta: {
    id: 'config-drift-not-restarted',
    title: 'Pods run with old configuration and need a restart',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'ConfigMap', 'Secret', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet'],
    breaks: ['dependency', 'readiness'],
    docs: {
      means:
        'Variables and files mounted by subPath are read when a container starts. These containers started before the content was changed and are not ready; newer ones are.',
      decides:
        'The change clock (managedFields) dates an edit of data. A container that is not ready was started before it, and a pod of the same template that was started after it is ready.',
      silent:
        'Where the capture has no managedFields, for crash loops (each start takes the new content), and where no newer pod is there to compare with.',
      references: [
        'https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically',
      ],
    },
  },
  *analyze(context) {
    yield* configEditFindings(context, {
      rule: configDriftNotRestarted.meta.id,
      applies: ({ isOld, state, owner }) => isOld && state.stage !== 'exit' && RESTARTS.has(owner.kind),
      subjectOf: ({ owner }) => owner,
      message: ({ target, owner }) =>
        `${inWords(owner)} still runs with ${inWords(target)} as it was before its last edit`,
      wrong: ({ target, editedAt, editor }) => `${editor} edited ${inWords(target)} at ${editedAt}`,
      fixes: ({ owner }) => [
        {
          summary: `Restart the pods of ${inWords(owner)}`,
          steps: [
            'A hash of the configuration in an annotation of the template makes such restarts happen by themselves.',
          ],
          commands: [kubectl(owner.namespace, 'rollout', 'restart', kubectlName(owner))],
          effect: 'change',
          where: 'cluster',
        },
      ],
    });
  },
};
