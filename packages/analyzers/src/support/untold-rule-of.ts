import { type RefusedController } from './create-failures.ts';

/** The rules on controllers that are refused what they create for a reason that no other rule tells. */
export type UntoldRule =
  | 'cronjob-create-failed'
  | 'deploy-rs-create-error'
  | 'job-pods-not-created'
  | 'rc-replica-failure'
  | 'sts-claim-create-failed';

const RULE_OF_KIND: ReadonlyMap<string, UntoldRule> = new Map([
  ['CronJob', 'cronjob-create-failed'],
  ['Deployment', 'deploy-rs-create-error'],
  ['Job', 'job-pods-not-created'],
  ['ReplicationController', 'rc-replica-failure'],
]);

/**
 * The rule that quotes the API server where no grammar reads its words. ReplicaSets, DaemonSets and pods of StatefulSets
 * have a symptom for that already (deploy-replica-failure).
 */
export function untoldRule({ controller, words = '' }: RefusedController): UntoldRule | undefined {
  if (words === '') return undefined;
  if (controller.kind === 'Deployment' && !words.startsWith('Failed to create new replica set')) return undefined;
  if (controller.kind === 'StatefulSet')
    return words.startsWith('create Claim ') ? 'sts-claim-create-failed' : undefined;
  return RULE_OF_KIND.get(controller.kind);
}
