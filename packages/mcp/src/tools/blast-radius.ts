import { blastRadius } from '@kroot/engine';
import { compareRefs, formatRef } from '@kroot/types';
import { z } from 'zod';
import { hitCounts, hitOf, hitShape } from '../answers/hits.ts';
import { blindLines, incidentsOf, seen } from '../answers/incidents.ts';
import { objectOrReference } from '../answers/named-object.ts';
import { pageOf } from '../answers/page.ts';
import { pageFields, refField, seenShape, sourceFields } from '../schemas.ts';
import { defineTool, worldOf, type Tool } from '../tool.ts';

/** What depends on an object. */
export const blastRadiusTool: Tool = defineTool({
  name: 'blast_radius',
  title: 'Blast radius of one object',
  description:
    'Use this before a change, drain or deletion, or to see how far a fault reaches: all that would stop, degrade or perhaps suffer if this object were gone or did not work, hop by hop through the dependency graph. Works for objects that are missing too. For what the rules would then find, use what_if_missing.',
  input: z.strictObject({ ...sourceFields, ref: refField, ...pageFields }),
  output: z.object({
    ...seenShape.shape,
    ref: z.string(),
    status: z.enum(['present', 'absent', 'unknown']),
    incidents_now: z.array(z.string()).describe('Ids of incidents whose root cause it is now'),
    stops: z.number().int(),
    degrades: z.number().int(),
    may_suffer: z.number().int(),
    total: z.number().int(),
    hits: z.array(hitShape).describe('Worst first. Running containers go on until they start again'),
    next_cursor: z.string().optional(),
  }),
  async run({ ref, limit = 25, cursor, ...asked }, context) {
    const world = await worldOf(context, asked);
    const target = objectOrReference(world, ref);
    const { hits, status } = blastRadius(world.snapshot, target);
    const { items, total, next } = pageOf(
      hits.map((hit) => hitOf(hit)),
      ({ resource }) => resource,
      { limit, cursor },
    );
    const report = world.report();
    const what = seen(world, report);
    const now = incidentsOf(report).flatMap((told) =>
      'diagnosis' in told && compareRefs(told.diagnosis.rootCause, target) === 0 ? [told.id] : [],
    );
    const counts = hitCounts(hits);
    return {
      data: {
        ...what,
        ref: formatRef(target),
        status,
        incidents_now: now.slice(0, 10),
        ...counts,
        total,
        hits: [...items],
        ...(next !== undefined && { next_cursor: next }),
      },
      lines: [
        `without ${formatRef(target)} (${status} now): ${counts.stops} stop, ${counts.degrades} degrade, ${counts.may_suffer} may suffer`,
        ...items.map(({ resource, effect, because }) => `${effect}: ${resource} (${because})`),
        ...(now.length === 0
          ? []
          : [
              `it is the root cause of ${now
                .slice(0, 10)
                .map((id) => `id=${id}`)
                .join(' ')}`,
            ]),
        ...(next === undefined ? [] : [`more: cursor=${next}`]),
        ...blindLines(what),
      ],
    };
  },
});
