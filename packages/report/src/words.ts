import { SEVERITIES, type Severity } from '@kroot/types';

/** Groups the digits of a count: `9,412`. */
export function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A count with its noun: `1 pod`, `1,284 objects`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** The word that goes before a statement: none for what is proven. */
export function certainty(confidence: number): '' | 'likely: ' | 'possible: ' {
  if (confidence >= 0.9) return '';
  return confidence >= 0.7 ? 'likely: ' : 'possible: ';
}

/** `a`, `a and b`, `a, b and c`. */
export function joinAnd(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

/** Counts by severity, worst first: `1 critical, 2 warnings`. */
export function countSeverities(severities: readonly Severity[]): string {
  const nouns = {
    critical: ['critical', 'critical'],
    warning: ['warning', 'warnings'],
    info: ['info', 'info'],
  } as const;
  return SEVERITIES.flatMap((severity) => {
    const count = severities.filter((each) => each === severity).length;
    const [one, many] = nouns[severity];
    return count === 0 ? [] : [counted(count, one, many)];
  }).join(', ');
}

/** Ends a statement with a full stop unless it ends with a mark of its own. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
