import { type Report } from '@kroot/types';
import { cleanText } from './clean-text.ts';

// Commands are not cleaned but refused whole by `formatCommand`: an escaped argument would be another command.
const RAW = new Set(['commands']);

/**
 * A copy of the report in which every string is clean. Text renderers start from it, so that no field, present or
 * future, can reach a terminal as the cluster wrote it.
 */
export function cleanReport(report: Report): Report {
  const copy = structuredClone(report);
  const todo: object[] = [copy];
  for (let owner = todo.pop(); owner !== undefined; owner = todo.pop()) {
    for (const [key, value] of Object.entries(owner) as [string, unknown][]) {
      if (RAW.has(key)) continue;
      if (typeof value === 'string') Reflect.set(owner, key, cleanText(value));
      else if (typeof value === 'object' && value !== null) todo.push(value);
    }
  }
  return copy;
}
