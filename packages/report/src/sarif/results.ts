import { formatRef, refKey, sameRef, type Diagnosis, type Unexplained } from '@kroot/types';
import type { Result } from 'sarif';
import { toDiagnosis, toEvidence } from '../document/to-diagnosis.ts';
import { rounded } from '../impact.ts';
import { sentence } from '../words.ts';
import { placeOf } from '../locate.ts';
import { toCodeFlows, toLocation, type FileMapping } from './locations.ts';
import { sarifMessage } from './message.ts';
import { LEVELS } from './rules.ts';

/** Name of the fingerprint; a change of what it is made from must change the name. */
const FINGERPRINT = 'krootFingerprint/v1';

/** The only one that GitHub uses; it is made by itself from the text of the line, unless it is given. */
const GITHUB_FINGERPRINT = 'primaryLocationLineHash';

/**
 * A diagnosis as a result; its location is the root cause, not what fails because of it. Of a root cause that is in no file the
 * file is that of the nearest object that suffers; undefined if there is none and only files are wanted.
 */
export function toResult(diagnosis: Diagnosis, ruleIndex: number, mapping: FileMapping): Result | undefined {
  const { cause, effect, evidence, impact, message, resource, rootCause, severity } = diagnosis;
  const { confidence, contributing, remediation, since, verification } = toDiagnosis(diagnosis);
  const { locate, filesOnly } = mapping;
  const place = placeOf(diagnosis, locate);
  if (filesOnly && place === undefined) return undefined;
  const { runnable: _runnable, ...repair } = remediation;
  const flows = toCodeFlows(diagnosis, mapping);
  const nearest = place === undefined || sameRef(place.target, rootCause) ? '' : formatRef(place.target);
  const file = locate(resource);
  const isRelated = !sameRef(resource, rootCause) && (!filesOnly || file !== undefined);
  return {
    ruleId: diagnosis.rule,
    ruleIndex,
    level: LEVELS[severity],
    message: messageOf([
      message,
      cause,
      effect,
      nearest === '' ? '' : `This is the file of ${nearest}, which needs it`,
    ]),
    locations: [toLocation(rootCause, place?.location)],
    ...(isRelated ? { relatedLocations: [{ id: 1, ...toLocation(resource, file, 'fails first') }] } : {}),
    ...(flows.length === 0 ? {} : { codeFlows: [...flows] }),
    partialFingerprints: {
      [FINGERPRINT]: diagnosis.id,
      ...(filesOnly && { [GITHUB_FINGERPRINT]: `${diagnosis.id}:1` }),
    },
    properties: {
      confidence,
      ...(since === undefined ? {} : { since }),
      evidence: evidence.map(toEvidence),
      remediation: repair,
      contributing,
      ...(verification === undefined ? {} : { verification }),
      impact_score: rounded(impact.score),
      impact_rank: diagnosis.rank,
    },
  };
}

/** A symptom without a known cause as a result; undefined if it is in no file and only files are wanted. */
export function toUnexplainedResult(
  symptom: Unexplained,
  ruleIndex: number,
  { locate, filesOnly }: FileMapping,
): Result | undefined {
  const { checked, count, evidence, message, resource, rule, severity } = symptom;
  const file = locate(resource);
  if (filesOnly && file === undefined) return undefined;
  const id = `${rule}:${refKey(resource)}`;
  return {
    ruleId: rule,
    ruleIndex,
    level: LEVELS[severity],
    message: messageOf([message, 'No cause was found']),
    locations: [toLocation(resource, file)],
    partialFingerprints: { [FINGERPRINT]: id, ...(filesOnly && { [GITHUB_FINGERPRINT]: `${id}:1` }) },
    properties: { explained: false, count, checked: [...checked], evidence: evidence.map(toEvidence) },
  };
}

function messageOf(parts: readonly string[]): Result['message'] {
  const texts = parts.map((part) => sarifMessage(sentence(part)).text);
  return { text: texts.filter((text, index) => text !== '' && texts.indexOf(text) === index).join(' ') };
}
