import { type Analyzer } from '@kroot/types';
import { APPLICATION_KIND } from '../support/deliveries.ts';
import { deliveryRule } from '../support/delivery-rule.ts';

/** Reports applications of Argo CD whose newest sync failed. */
export const argoSyncFailed: Analyzer = deliveryRule({
  id: 'argo-sync-failed',
  title: 'Argo CD could not sync an application',
  kinds: [APPLICATION_KIND],
  step: 'apply',
  docs: {
    means: 'What is in Git was not applied completely: the cluster refused an object, or a hook failed.',
    decides:
      'The newest operation of the Application ended as Failed or Error, or it has the condition SyncError. What the words name, and held-up workloads of the application where it only waited for them, are told as the cause.',
    silent: 'In the first two minutes, while it is deleted, and once a later sync succeeds.',
    references: ['https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/'],
  },
  fails: () => 'could not be synced',
  fix: ({ ref }) => ({
    summary: `Correct in Git what the cluster refuses of Application ${ref.name}`,
    steps: [
      'The result of the sync names each object that was refused, and why.',
      `Argo CD tries a revision again only when it is told to: \`argocd app sync ${ref.name}\`.`,
    ],
  }),
});
