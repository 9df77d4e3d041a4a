import { refKey, sameRef, type Diagnosis, type Unexplained } from '@kroot/types';
import type { Result } from 'sarif';
import { toDiagnosis, toEvidence } from '../document/to-diagnosis.ts';
import { rounded } from '../impact.ts';
import { sentence } from '../words.ts';
import { toCodeFlows, toLocation } from './locations.ts';
import { sarifMessage } from './message.ts';
import { LEVELS } from './rules.ts';

/** Name of the fingerprint; a change of what it is made from must change the name. */
const FINGERPRINT = 'krootFingerprint/v1';

/** A diagnosis as a result; its location is the root cause, not what fails because of it. */
export function toResult(diagnosis: Diagnosis, ruleIndex: number): Result {
  const { cause, effect, evidence, impact, message, resource, rootCause, severity } = diagnosis;
  const { confidence, contributing, remediation, since, verification } = toDiagnosis(diagnosis);
  const flows = toCodeFlows(diagnosis);
  return {
    ruleId: diagnosis.rule,
    ruleIndex,
    level: LEVELS[severity],
    message: messageOf([message, cause, effect]),
    locations: [toLocation(rootCause, undefined, diagnosis.location)],
    ...(sameRef(resource, rootCause) ? {} : { relatedLocations: [{ id: 1, ...toLocation(resource, 'fails first') }] }),
    ...(flows.length === 0 ? {} : { codeFlows: [...flows] }),
    partialFingerprints: { [FINGERPRINT]: diagnosis.id },
    properties: {
      confidence,
      ...(since === undefined ? {} : { since }),
      evidence: evidence.map(toEvidence),
      remediation,
      contributing,
      ...(verification === undefined ? {} : { verification }),
      impact_score: rounded(impact.score),
      impact_rank: diagnosis.rank,
    },
  };
}

/** A symptom without a known cause as a result. */
export function toUnexplainedResult(symptom: Unexplained, ruleIndex: number): Result {
  const { checked, count, evidence, message, resource, rule, severity } = symptom;
  return {
    ruleId: rule,
    ruleIndex,
    level: LEVELS[severity],
    message: messageOf([message, 'No cause was found']),
    locations: [toLocation(resource, undefined, symptom.location)],
    partialFingerprints: { [FINGERPRINT]: `${rule}:${refKey(resource)}` },
    properties: { explained: false, count, checked: [...checked], evidence: evidence.map(toEvidence) },
  };
}

function messageOf(parts: readonly string[]): Result['message'] {
  const texts = parts.map((part) => sarifMessage(sentence(part)).text);
  return { text: texts.filter((text, index) => text !== '' && texts.indexOf(text) === index).join(' ') };
}
