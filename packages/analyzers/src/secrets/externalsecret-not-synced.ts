import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { computed, fromCondition } from '../support/evidence.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import {
  brokenStores,
  EXTERNAL_SECRET_KIND,
  STORE_KINDS,
  storeOf,
  type BrokenStore,
} from '../support/secret-stores.ts';
import { unsyncedFindings } from '../support/unsynced-secrets.ts';
import { textOf } from '../support/untyped.ts';
import { counted, inline, listed } from '../support/words.ts';

/** Reports ExternalSecrets that make no Secret, and the stores that they cannot read from. */
export const externalsecretNotSynced: Analyzer = {
  meta: {
    id: 'externalsecret-not-synced',
    title: 'Secret is not fetched from its external store',
    role: 'fault',
    severity: 'warning',
    reads: [EXTERNAL_SECRET_KIND, ...STORE_KINDS, 'Secret'],
    breaks: ['container-config', 'volume'],
    docs: {
      means:
        'The operator cannot read a value from the external store, so it does not make the Secret, or leaves it as it was.',
      decides:
        'Condition Ready of the ExternalSecret is False. A SecretStore or ClusterSecretStore that is not ready, or not there, is told as the fault behind all that read from it.',
      silent: 'In the first two minutes, and for stores that nothing reads from.',
      references: ['https://external-secrets.io/latest/guides/common-k8s-secret-types/'],
    },
  },
  *analyze({ snapshot }) {
    for (const store of brokenStores(snapshot)) if (store.users.length > 0) yield ofStore(store);
    yield* unsyncedFindings(snapshot, {
      rule: externalsecretNotSynced.meta.id,
      kind: EXTERNAL_SECRET_KIND,
      condition: 'Ready',
      secretOf: ({ spec, metadata }) => textOf(spec, 'target', 'name') ?? metadata.name,
      because: (object) => {
        const store = storeOf(object);
        return store === undefined ? [] : [{ ref: store, mechanism: 'container-config' }];
      },
      fixes: (subject) => [
        describeFix(subject, `Correct the key or property that ${inWords(subject)} reads`, [
          'Compare spec.data and spec.dataFrom with what the store holds, and see that its credentials may read it.',
          'The operator tries again at its refreshInterval, or at once when the annotation force-sync changes.',
        ]),
      ],
    });
  },
};

function ofStore({ ref: subject, ready, users }: BrokenStore): Finding {
  const names = users.map((user) => inWords(user));
  const why = ready === undefined ? 'there is no such store' : inline(ready.message ?? ready.reason ?? 'Ready=False');
  return {
    rule: externalsecretNotSynced.meta.id,
    subject,
    severity: 'warning',
    confidence: ready === undefined ? CONFIDENCE.proved : CONFIDENCE.stated,
    ...optional('since', ready?.lastTransitionTime),
    message:
      ready === undefined
        ? `${inWords(subject)}, which ExternalSecrets read from, does not exist`
        : `${inWords(subject)} cannot be read (${ready.reason ?? 'Ready=False'})`,
    cause: `${listed(names)} ${users.length === 1 ? 'reads' : 'read'} from ${inWords(subject)}, and ${why}.`,
    evidence: [
      ready === undefined ? computed(subject, 'not found') : fromCondition(subject, ready),
      computed(subject, `${counted(users.length, 'ExternalSecret')} of it`),
    ],
    affects: users,
    fixes:
      ready === undefined
        ? [
            {
              summary: `Create ${inWords(subject)}, or name another store in ${listed(names)}`,
              steps: ['A SecretStore serves its own namespace only, a ClusterSecretStore all of them.'],
              commands: [
                kubectl(
                  undefined,
                  'get',
                  'secretstores.external-secrets.io,clustersecretstores.external-secrets.io',
                  '-A',
                ),
              ],
              effect: 'none',
              where: 'cluster',
            },
          ]
        : [
            describeFix(subject, `Correct the address or credentials of ${inWords(subject)}`, [
              'Its condition Ready says what fails: the login, the Secret or ServiceAccount that spec.provider names, or the network.',
            ]),
          ],
  };
}
