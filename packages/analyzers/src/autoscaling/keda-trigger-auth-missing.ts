import { CONFIDENCE, type Analyzer, type Finding, type Fix, type Snapshot } from '@kroot/types';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import {
  missingAuthentications,
  SCALED_OBJECT,
  TRIGGER_AUTHENTICATIONS,
  type MissingAuthentication,
} from '../support/keda.ts';
import { elsewhere, similarObjects } from '../support/near-objects.ts';
import { doing, listed } from '../support/words.ts';

/** Reports credentials that KEDA needs for its triggers and that do not exist. */
export const kedaTriggerAuthMissing: Analyzer = {
  meta: {
    id: 'keda-trigger-auth-missing',
    title: 'Credentials of a KEDA trigger do not exist',
    role: 'fault',
    severity: 'warning',
    reads: [SCALED_OBJECT, ...TRIGGER_AUTHENTICATIONS, 'Secret', 'HorizontalPodAutoscaler'],
    breaks: ['scaling', 'metrics'],
    docs: {
      means:
        'KEDA cannot log in to the source of a metric: the TriggerAuthentication that the trigger names, or the Secret that it reads, is missing. The workload is no longer scaled by it.',
      decides:
        'authenticationRef of a trigger names a TriggerAuthentication that is proved to be absent or that the Ready condition calls not found; or secretTargetRef of an existing one names a Secret that is absent.',
      silent: 'Where the capture does not tell and KEDA does not say so, and for paused ScaledObjects.',
      references: ['https://keda.sh/docs/latest/concepts/authentication/'],
    },
  },
  *analyze({ snapshot }) {
    for (const missing of missingAuthentications(snapshot)) {
      if (missing.scaledObjects.some(({ isPaused }) => !isPaused)) yield finding(snapshot, missing);
    }
  },
};

function finding(snapshot: Snapshot, { missing, scaledObjects, evidence, proved }: MissingAuthentication): Finding {
  const users = scaledObjects.map((each) => inWords(each.ref));
  const what = missing.kind === 'Secret' ? 'the Secret for its trigger' : 'the credentials of its trigger';
  return {
    rule: kedaTriggerAuthMissing.meta.id,
    subject: missing,
    severity: 'warning',
    confidence: proved ? CONFIDENCE.proved : CONFIDENCE.stated,
    message: `${inWords(missing)} does not exist, so ${doing(users, 'gets', 'get')} no metrics`,
    cause: `${doing(users, 'takes', 'take')} ${what} from ${inWords(missing)}, which does not exist.`,
    evidence,
    affects: scaledObjects.flatMap((each) => [each.ref, each.hpa]),
    fixes: [fixOf(missing, users)],
    notes: [...similarObjects(snapshot, missing), ...elsewhere(snapshot, missing).slice(0, 1)],
  };
}

function fixOf(missing: MissingAuthentication['missing'], users: readonly string[]): Fix {
  const isSecret = missing.kind === 'Secret';
  return {
    summary: `Create ${inWords(missing)}`,
    steps: [
      isSecret
        ? 'It needs the keys that spec.secretTargetRef of the TriggerAuthentication names.'
        : `Or correct authenticationRef.name of ${listed(users)}; one of another namespace cannot be used, a ClusterTriggerAuthentication can.`,
    ],
    commands: [
      kubectl(missing.namespace, 'get', 'triggerauthentications.keda.sh', '-o', 'yaml'),
      ...(isSecret
        ? [kubectl(missing.namespace, 'get', 'secrets')]
        : [
            kubectl(
              undefined,
              'get',
              kubectlName({ ...missing, kind: 'ClusterTriggerAuthentication' }),
              '--ignore-not-found',
            ),
          ]),
    ],
    effect: 'none',
    where: 'cluster',
  };
}
