import { type Report } from '@kroot/types';
import { cleanText } from './clean-text.ts';

// Commands are not cleaned but refused whole by `formatCommand`: an escaped argument would be another command.
const RAW = new Set(['commands']);

/**
 * A copy of the report in which every string is clean. Text renderers start from it, so that no field, present or
 * future, can reach a terminal as the cluster wrote it.
 */
export function cleanReport(report: Report): Report {
  return cleanStrings(report);
}

/** The same for anything else that is printed. */
export function cleanStrings<T extends object>(value: T): T {
  const copy = structuredClone(value);
  const todo: object[] = [copy];
  for (let owner = todo.pop(); owner !== undefined; owner = todo.pop()) {
    for (const [key, inner] of Object.entries(owner) as [string, unknown][]) {
      if (RAW.has(key)) continue;
      if (typeof inner === 'string') Reflect.set(owner, key, cleanText(inner));
      else if (typeof inner === 'object' && inner !== null) todo.push(inner);
    }
  }
  return copy;
}
