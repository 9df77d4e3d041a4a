import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { QUEUE, usedQueues, type UsedQueue } from './queue-users.ts';

/** Reports queues that programs name and that do not exist. */
export const queueMissing: Analyzer = {
  meta: {
    id: 'acme/queue-missing',
    title: 'Queue does not exist',
    role: 'fault',
    severity: 'warning',
    reads: [QUEUE, 'Pod', 'Deployment', 'StatefulSet'],
    breaks: ['dependency'],
    docs: {
      means: 'A program reads a queue that nobody has declared.',
      decides:
        'A workload names a queue in the annotation acme.example/queue, and all queues of its namespace are known and none has that name.',
      silent: 'When the input does not hold all queues of the namespace: not seen is not missing.',
      references: ['https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/'],
    },
  },
  *analyze({ snapshot }) {
    for (const used of usedQueues(snapshot)) {
      // 'absent' is answered only where coverage proves it; 'unknown' never counts as missing.
      if (snapshot.lookup(used.queue).state === 'absent') yield report(used);
    }
  },
};

function report({ queue, users }: UsedQueue): Finding {
  const namespace = queue.namespace ?? 'default';
  const [first = queue] = users;
  return {
    rule: queueMissing.meta.id,
    subject: queue,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `Queue ${namespace}/${queue.name} does not exist`,
    cause: `${first.kind} ${namespace}/${first.name} reads it, and namespace ${namespace} has no Queue of that name.`,
    state: 'not found',
    evidence: [
      {
        source: 'spec',
        ref: first,
        path: 'annotations["acme.example/queue"]',
        quote: queue.name,
      },
    ],
    affects: users,
    fixes: [
      {
        summary: `Declare Queue ${namespace}/${queue.name}, or correct the annotation of its users`,
        steps: ['Compare the name with the queues that exist.'],
        commands: [{ argv: ['kubectl', '-n', namespace, 'get', 'queues.acme.example'] }],
        effect: 'none',
        where: 'git',
      },
    ],
  };
}
