import {
  CONFIDENCE,
  type Analyzer,
  type Condition,
  type Finding,
  type ResourceRef,
  type UntypedObject,
} from '@kroot/types';
import { QUEUE, usedQueues } from './queue-users.ts';

/** Reports queues whose operator says that they do not work, and the programs that need them. */
export const queueNotReady: Analyzer = {
  meta: {
    id: 'acme/queue-not-ready',
    title: 'Queue is not ready',
    role: 'fault',
    severity: 'critical',
    reads: [QUEUE, 'Pod', 'Deployment', 'StatefulSet'],
    // A program that cannot reach its queue suffers as from any other server that does not answer.
    breaks: ['dependency'],
    docs: {
      means: 'The operator cannot serve the queue, so programs that read it end or do not get ready.',
      decides:
        'The condition Ready of the Queue is False, and a workload names the queue in the annotation acme.example/queue.',
      silent: 'While Ready is True or Unknown, and for queues that nobody uses.',
      references: ['https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/'],
    },
  },
  *analyze({ snapshot }) {
    for (const { queue, users } of usedQueues(snapshot)) {
      const found = snapshot.lookup(queue);
      if (found.state !== 'present') continue;
      const condition = readyCondition(found.object);
      if (condition?.status === 'False') yield report(queue, users, condition);
    }
  },
};

function readyCondition({ status }: UntypedObject): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}

function report(queue: ResourceRef, users: readonly ResourceRef[], condition: Condition): Finding {
  const namespace = queue.namespace ?? 'default';
  const said = [condition.reason, condition.message].filter((text) => text !== undefined && text !== '').join(': ');
  return {
    rule: queueNotReady.meta.id,
    subject: queue,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    message: `Queue ${namespace}/${queue.name} is not ready`,
    cause: `The queue operator says about Queue ${queue.name}: ${said === '' ? 'not ready' : said}.`,
    state: 'not ready',
    evidence: [
      {
        source: 'condition',
        ref: queue,
        path: 'status.conditions[Ready]',
        quote: said === '' ? 'Ready=False' : said,
        ...(condition.lastTransitionTime === undefined ? {} : { firstSeen: condition.lastTransitionTime }),
      },
    ],
    ...(condition.lastTransitionTime === undefined ? {} : { since: condition.lastTransitionTime }),
    // The link between a queue and its programs, which only this plugin knows.
    affects: users,
    fixes: [
      {
        summary: `Repair the backend of Queue ${namespace}/${queue.name}`,
        steps: [
          'See what the operator reports about the backend.',
          'The programs recover by themselves once the queue is ready.',
        ],
        commands: [{ argv: ['kubectl', '-n', namespace, 'describe', 'queues.acme.example', queue.name] }],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
