import { formatRef, type BaselineCounts, type Impact, type Report, type SuppressedBy } from '@kroot/types';
import { rounded } from './impact.ts';
import { formatCount, joinAnd } from './words.ts';

/** How much of a report is hidden: root causes, and symptoms without a known cause. */
export function hiddenCount({ suppressed, suppressedSymptoms = [] }: Report): number {
  return suppressed.length + suppressedSymptoms.length;
}

/** `made by CI at deploy (annotation on Deployment/prod/api, until 2027-01-31, owner team-a)`. */
export function suppressedByWords(by: SuppressedBy | undefined): string {
  if (by === undefined) return 'nobody said why';
  const { carrier, owner, reason, resource, until } = by;
  // The reason of a baseline names it.
  if (carrier === 'baseline') return reason;
  const place = carrier === 'config' ? 'configuration' : 'annotation';
  const facts = [
    resource === undefined ? place : `${place} on ${formatRef(resource)}`,
    ...(until === undefined ? [] : [`until ${until}`]),
    ...(owner === undefined ? [] : [`owner ${owner}`]),
  ];
  return `${reason} (${facts.join(', ')})`;
}

/** `Compared with kroot-baseline.json: 1 new, 4 known and 2 gone`. */
export function baselineWords({ added, gone, known, name, unseen }: BaselineCounts): string {
  const parts = [
    added === 0 ? 'nothing new' : `${formatCount(added)} new`,
    ...(known === 0 ? [] : [`${formatCount(known)} known`]),
    ...(gone === 0 ? [] : [`${formatCount(gone)} gone`]),
    ...(unseen === 0 ? [] : [`${formatCount(unseen)} not looked at`]),
  ];
  return `Compared with ${name}: ${joinAnd(parts)}`;
}

/** Why an impact counts more or less than it would by itself; empty where it does not. */
export function weightWords({ risk, weight }: Impact): string {
  const parts = [
    ...(weight === undefined
      ? []
      : [
          weight.source === 'annotation'
            ? `${rounded(weight.value)}, by the annotation on ${formatRef(weight.resource)}`
            : `${rounded(weight.value)}, by the configuration, for ${formatRef(weight.resource)}`,
        ]),
    ...(risk === undefined
      ? []
      : [
          `${rounded(risk.factor)}, since the first repair ${risk.effect === 'change' ? 'changes' : 'destroys'} something`,
        ]),
  ];
  return parts.join('; ');
}
