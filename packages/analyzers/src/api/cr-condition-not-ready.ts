import { CONFIDENCE, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { brokenConversions, conversionVictims, type ConversionVictim } from '../support/conversions.ts';
import { inWords } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { inline } from '../support/words.ts';

/** Reports custom objects that say that an API they need fails. */
export const crConditionNotReady: Analyzer = {
  meta: {
    id: 'cr-condition-not-ready',
    title: 'Custom object waits for an API that fails',
    role: 'symptom',
    severity: 'warning',
    reads: ['CustomResourceDefinition', 'Service', 'Event'],
    waitsFor: ['extension-api'],
    docs: {
      means: 'The controller of the object cannot go on, because it cannot read objects of another kind.',
      decides:
        'A condition of the object quotes `conversion webhook for … failed`, whatever the type of the condition.',
      silent:
        'For all other conditions: their meaning and polarity are each operator’s own, and many healthy clusters hold some that read False.',
      references: [
        'https://github.com/kubernetes/apiextensions-apiserver/blob/master/pkg/apiserver/conversion/webhook_converter.go',
      ],
    },
  },
  *analyze({ snapshot }) {
    const seen = new Set<string>();
    for (const victim of conversionVictims(snapshot)) {
      const key = inWords(victim.ref);
      if (victim.condition === undefined || seen.has(key)) continue;
      seen.add(key);
      yield finding(snapshot, victim);
    }
  },
};

function finding(snapshot: Snapshot, { ref: subject, failure, evidence, condition }: ConversionVictim): Finding {
  const definitions = brokenConversions(snapshot).filter(
    ({ definition }) => definition.spec?.group === failure.group && definition.spec.names?.kind === failure.kind,
  );
  const type = condition?.type ?? '';
  return {
    rule: crConditionNotReady.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition?.lastTransitionTime),
    message: `${inWords(subject)} cannot read ${failure.kind} objects of ${failure.group}`,
    cause: `Condition ${type} says that the conversion webhook of ${failure.kind} failed: ${inline(failure.error, 200)}.`,
    state: `${type}: conversion of ${failure.kind} failed`,
    evidence: [evidence],
    because: definitions.map(({ ref }) => ({ ref, mechanism: 'extension-api' as const })),
    fixes: [],
  };
}
