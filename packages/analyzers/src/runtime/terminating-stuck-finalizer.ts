import { podState, refOf, timeOf, topOwner } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type AnalyzerContext,
  type Finding,
  type Pod,
  type ResourceRef,
} from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { isLostNode } from '../support/lost-node.ts';
import { counted, listed, span } from '../support/words.ts';

/** After its grace a pod that nothing holds is gone within moments. */
const STUCK = 60_000;

/** Reports pods whose containers have ended and that only a finalizer keeps. */
export const terminatingStuckFinalizer: Analyzer = {
  meta: {
    id: 'terminating-stuck-finalizer',
    title: 'Deleted pod is kept by a finalizer',
    role: 'fault',
    severity: 'warning',
    reads: ['Pod', 'Node', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'],
    breaks: ['deletion'],
    docs: {
      means:
        'The pod has been deleted and its containers have ended, but it stays until the controller that owns its finalizer takes that away.',
      decides:
        'deletionTimestamp (which already holds the grace period) is more than a minute ago, metadata.finalizers is not empty, no container runs, and the node of the pod is there.',
      silent:
        'Inside the grace period, while containers still run (then the node or a volume holds it), on lost nodes, and for pods that carry a finalizer and are not being deleted.',
      references: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/'],
    },
  },
  *analyze(context) {
    const groups = new Map<string, { subject: ResourceRef; pods: Pod[] }>();
    for (const pod of context.snapshot.list('Pod')) {
      if (!isStuck(context, pod)) continue;
      const subject = topOwner(context.snapshot, pod);
      const key = `${refKey(subject)}\n${(pod.metadata.finalizers ?? []).join('\n')}`;
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { subject, pods: [pod] });
      else known.pods.push(pod);
    }
    for (const { subject, pods } of groups.values()) yield finding(context, subject, pods);
  },
};

function isStuck({ snapshot, now }: AnalyzerContext, pod: Pod): boolean {
  const deletedAt = timeOf(pod.metadata.deletionTimestamp);
  if (deletedAt === undefined || now - deletedAt < STUCK || (pod.metadata.finalizers ?? []).length === 0) return false;
  const { nodeName } = pod.spec;
  if (nodeName !== undefined && isLostNode(snapshot, nodeName)) return false;
  const state = podState(snapshot, pod);
  return state.containers.every((container) => container.status?.state?.running === undefined);
}

function finding({ now }: AnalyzerContext, owner: ResourceRef, pods: readonly Pod[]): Finding {
  const [first] = pods;
  const refs = pods.map((pod) => refOf(pod));
  const [firstRef = owner] = refs;
  const finalizers = first?.metadata.finalizers ?? [];
  const subject = pods.length === 1 ? firstRef : owner;
  const since = first?.metadata.deletionTimestamp;
  const who = pods.length === 1 ? inWords(firstRef) : `${counted(pods.length, 'pod')} of ${inWords(owner)}`;
  return {
    rule: terminatingStuckFinalizer.meta.id,
    subject,
    discriminator: finalizers.join(','),
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    ...(since === undefined ? {} : { since }),
    message: `${who} cannot be deleted: finalizer ${listed(finalizers)} is never removed`,
    cause: `${inWords(firstRef)} was to be gone ${span(now - (timeOf(since) ?? now))} ago and no container of it runs any more, but finalizer ${listed(finalizers)} still keeps it.`,
    evidence: [
      fromSpec(firstRef, 'metadata.finalizers', finalizers.join(', ')),
      fromSpec(firstRef, 'metadata.deletionTimestamp', since ?? ''),
    ],
    affects: refs,
    notes: ['What the finalizer guards (a report, a load balancer entry, a lock) is lost when it is removed by hand.'],
    fixes: [
      {
        summary: `See why the controller of finalizer ${listed(finalizers)} does not remove it`,
        steps: [
          "Find the controller by the domain in the finalizer's name, and see whether it runs and what it logs about this pod.",
        ],
        commands: [kubectl(firstRef.namespace, 'get', kubectlName(firstRef), '-o', 'yaml')],
        effect: 'none',
        where: 'cluster',
      },
      {
        summary: 'Remove the finalizer by hand, if its controller is gone for good',
        steps: [`${inWords(firstRef)} disappears at once, without what the finalizer was to do.`],
        commands: refs.map((target) =>
          kubectl(
            target.namespace,
            'patch',
            kubectlName(target),
            '--type=merge',
            '-p',
            '{"metadata":{"finalizers":null}}',
          ),
        ),
        effect: 'destructive',
        where: 'cluster',
      },
    ],
  };
}
