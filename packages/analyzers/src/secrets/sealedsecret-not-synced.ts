import { type Analyzer } from '@kroot/types';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { textOf } from '../support/untyped.ts';
import { unsyncedFindings } from '../support/unsynced-secrets.ts';

const KIND = 'SealedSecret.bitnami.com';

/** Reports SealedSecrets that cannot be unsealed. */
export const sealedsecretNotSynced: Analyzer = {
  meta: {
    id: 'sealedsecret-not-synced',
    title: 'SealedSecret cannot be unsealed',
    role: 'fault',
    severity: 'warning',
    reads: [KIND, 'Secret'],
    breaks: ['container-config', 'volume'],
    docs: {
      means:
        'The controller has no key that opens the sealed values, or they were sealed for another name or namespace, so it makes no Secret of them.',
      decides: 'Condition Synced of the SealedSecret is False.',
      silent: 'In the first two minutes.',
      references: ['https://github.com/bitnami-labs/sealed-secrets#faq'],
    },
  },
  *analyze({ snapshot }) {
    yield* unsyncedFindings(snapshot, {
      rule: sealedsecretNotSynced.meta.id,
      kind: KIND,
      condition: 'Synced',
      secretOf: ({ spec, metadata }) => textOf(spec, 'template', 'metadata', 'name') ?? metadata.name,
      fixes: (subject, secret) => [
        {
          ...describeFix(subject, `Seal the values of ${inWords(subject)} again with the key of this cluster`, [
            `\`kubeseal\` takes the key of the controller that runs now; seal for name ${secret.name} and namespace ${secret.namespace ?? ''}, which are part of what is sealed.`,
            'If the cluster was built anew and the old sealing key was saved, restoring that key opens all of them.',
          ]),
          where: 'git',
        },
        {
          summary: 'See which sealing keys the cluster has',
          steps: ['A key that is newer than the SealedSecret cannot open it.'],
          commands: [kubectl(undefined, 'get', 'secrets', '-A', '-l', 'sealedsecrets.bitnami.com/sealed-secrets-key')],
          effect: 'none',
          where: 'cluster',
        },
      ],
    });
  },
};
