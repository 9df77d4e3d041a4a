import { whatIfMissing } from '@kroot/engine';
import { formatRef } from '@kroot/types';
import { z } from 'zod';
import { fitted } from '../answers/budget.ts';
import { hitCounts, hitOf, hitShape } from '../answers/hits.ts';
import { blindLines, incidentLine, inShort, seen } from '../answers/incidents.ts';
import { objectOrReference } from '../answers/named-object.ts';
import { incidentShape, listShape, refField, seenShape, sourceFields } from '../schemas.ts';
import { defineTool, worldOf, type Tool } from '../tool.ts';

/** A cluster without one object. */
export const whatIfMissingTool: Tool = defineTool({
  name: 'what_if_missing',
  title: 'What if an object were missing',
  description:
    'Use this to try a deletion without doing it: takes the object (and what it owns) out of a copy of what was read, diagnoses the rest again and tells only what would be NEW: faults, and what stops or degrades. Nothing in the cluster is touched.',
  input: z.strictObject({ ...sourceFields, ref: refField }),
  output: z.object({
    ...seenShape.shape,
    ref: z.string(),
    state: z
      .enum(['removed', 'absent', 'unknown'])
      .describe('absent: it is missing already, see diagnose; unknown: it was not read, so nothing was taken away'),
    gone_with_it: listShape,
    new_faults: z.array(incidentShape),
    stops: z.number().int(),
    degrades: z.number().int(),
    may_suffer: z.number().int(),
    hits: z.array(hitShape),
    omitted: z.number().int(),
  }),
  async run({ ref, ...asked }, context) {
    const world = await worldOf(context, asked);
    const target = objectOrReference(world, ref);
    const { all: analyzers, judgement } = context.rules;
    const outcome = whatIfMissing(world.snapshot, target, {
      analyzers,
      ...(judgement.severities !== undefined && { severities: judgement.severities }),
    });
    const gone = outcome.gone.map((each) => formatRef(each));
    const faults = outcome.diagnoses.map((diagnosis) => inShort({ id: diagnosis.id, diagnosis }));
    const hits = outcome.radius.hits.map((hit) => hitOf(hit));
    const counts = hitCounts(outcome.radius.hits);
    const what = seen(world, world.report());
    const data = fitted((cap) => {
      const shown = { faults: faults.slice(0, cap), hits: hits.slice(0, 2 * cap) };
      return {
        ...what,
        ref: formatRef(target),
        state: outcome.state,
        gone_with_it: { total: gone.length, items: gone.slice(0, cap) },
        new_faults: shown.faults,
        ...counts,
        hits: shown.hits,
        omitted: faults.length + hits.length - shown.faults.length - shown.hits.length,
      };
    });
    return {
      data,
      lines: [
        `${headline(outcome.state, data.ref)}: ${faults.length} new faults; ${counts.stops} stop, ${counts.degrades} degrade, ${counts.may_suffer} may suffer; ${gone.length} go with it`,
        ...data.new_faults.map((fault) => incidentLine(fault)),
        ...data.hits.map(({ resource, effect, because }) => `${effect}: ${resource} (${because})`),
        ...(data.omitted === 0 ? [] : [`${data.omitted} entries left out; blast_radius has all`]),
        ...blindLines(what),
      ],
    };
  },
});

function headline(state: 'removed' | 'absent' | 'unknown', ref: string): string {
  if (state === 'absent') return `${ref} is missing already (its effects are in diagnose)`;
  return state === 'removed' ? `without ${ref}` : `${ref} was not read, so nothing could be taken away`;
}
