import { type BlastHit } from '@kroot/engine';
import { relationInfo } from '@kroot/graph';
import { formatRef } from '@kroot/types';
import { z } from 'zod';

/** One object that would feel it. */
export const hitShape = z.object({
  resource: z.string(),
  effect: z.enum(['stops', 'degrades', 'may-suffer']),
  because: z.string(),
});

/** How an effect is told: `Service/shop/web degrades: selects Pod/shop/web-0, 1 of 3 gone`. */
export function hitOf({ resource, effect, relation, through, lost }: BlastHit): z.input<typeof hitShape> {
  const share = lost === undefined || lost.of < 2 ? '' : `, ${lost.count} of ${lost.of} gone`;
  return {
    resource: formatRef(resource),
    effect,
    because: `${relationInfo(relation).verb} ${formatRef(through)}${share}`,
  };
}

/** How many of each. */
export function hitCounts(hits: readonly BlastHit[]): {
  readonly stops: number;
  readonly degrades: number;
  readonly may_suffer: number;
} {
  const of = (effect: BlastHit['effect']): number => hits.filter((hit) => hit.effect === effect).length;
  return { stops: of('stops'), degrades: of('degrades'), may_suffer: of('may-suffer') };
}
