import { CONFIDENCE, ref, type Analyzer, type Finding } from '@kroot/types';

/** A sound rule: Secrets that pods take variables from and that do not exist. Tests spoil it in one way each. */
export const sample: Analyzer = {
  meta: {
    id: 'acme/sample',
    title: 'Secret does not exist',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Secret'],
    breaks: ['container-config'],
    docs: { means: 'm', decides: 'd', silent: 's', references: ['https://kubernetes.io/docs/concepts/'] },
  },
  *analyze({ snapshot }) {
    for (const { metadata, spec } of snapshot.list('Pod')) {
      for (const { valueFrom } of spec.containers.flatMap(({ env = [] }) => env)) {
        const name = valueFrom?.secretKeyRef?.name;
        const secret = ref('Secret', metadata.namespace, name ?? '');
        if (name !== undefined && snapshot.lookup(secret).state === 'absent') yield finding(secret, metadata.name);
      }
    }
  },
};

/** What the rule says. */
export function finding(secret: Finding['subject'], pod: string): Finding {
  const user = ref('Pod', secret.namespace, pod);
  return {
    rule: 'acme/sample',
    subject: secret,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    message: `Secret ${secret.namespace ?? ''}/${secret.name} does not exist`,
    cause: `Pod ${pod} takes a variable from it.`,
    evidence: [{ source: 'spec', ref: user, path: 'spec.containers[0].env', quote: secret.name }],
    affects: [user],
    fixes: [
      {
        summary: 'Create it',
        steps: [],
        commands: [{ argv: ['kubectl', '-n', secret.namespace ?? '', 'create', 'secret', 'generic', secret.name] }],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
