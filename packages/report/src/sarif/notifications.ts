import { type Report } from '@kroot/types';
import type { Notification } from 'sarif';
import { sentence } from '../words.ts';
import { sarifMessage } from './message.ts';

/** What consumers must know about the run itself: rules that failed, what could not be seen, what was odd in the input. */
export function toNotifications({ coverage, failures, notices }: Report): Notification[] {
  return [
    ...failures.map(({ reason, rule }) => ({
      level: 'error' as const,
      message: sarifMessage(sentence(`Rule ${rule} failed: ${reason}`)),
      associatedRule: { id: rule },
    })),
    ...coverage.gaps.map((gap) => ({
      level: gap.rules.length > 0 && gap.state !== 'api-absent' ? ('warning' as const) : ('note' as const),
      message: sarifMessage(sentence(gapText(gap))),
      descriptor: { id: `coverage/${gap.state}` },
      properties: { kind: gap.kind, namespace: gap.namespace, rules: [...gap.rules] },
    })),
    ...notices.map((notice) => ({ level: 'note' as const, message: sarifMessage(sentence(notice)) })),
  ];
}

function gapText({ kind, namespace, reason, state }: Report['coverage']['gaps'][number]): string {
  const place = namespace === '' || namespace === '*' ? '' : ` in namespace ${namespace}`;
  return `${kind}${place}: ${state.replaceAll('-', ' ')}${reason === '' ? '' : `, ${reason}`}`;
}
