import { z } from 'zod';
import { fitted } from '../answers/budget.ts';
import { incidentLine, incidentsOf, inShort, type Incident } from '../answers/incidents.ts';
import { incidentShape, namespaceField, sourceFields } from '../schemas.ts';
import { PREVIOUS } from '../sources/sources.ts';
import { defineTool, type Tool } from '../tool.ts';

/** What is new, gone and worse. */
export const diffReportsTool: Tool = defineTool({
  name: 'diff_reports',
  title: 'Compare two diagnoses',
  description:
    'Use this after a repair or a deployment, to see which incidents are new, gone, or have become worse or better: compares two captures, or what was read the time before ("previous") with now.',
  input: z.strictObject({
    before: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe('A source (see diagnose), or "previous": what was read before the last refresh. Left out: previous'),
    after: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe('A source; left out: the default, read again if refresh is true'),
    refresh: sourceFields.refresh,
    ...namespaceField,
  }),
  output: z.object({
    before: z.object({ source: z.string(), as_of: z.string() }),
    after: z.object({ source: z.string(), as_of: z.string() }),
    new: z.array(incidentShape),
    gone: z.array(incidentShape),
    changed: z.array(z.object({ id: z.string(), message: z.string(), before: z.string(), after: z.string() })),
    same: z.number().int(),
    totals: z.object({ new: z.number().int(), gone: z.number().int(), changed: z.number().int() }),
    comparable: z
      .boolean()
      .describe('false: one of them could not see everything, so new or gone may only mean seen or unseen'),
  }),
  async run({ before = PREVIOUS, after, refresh = false, namespace }, { sources }) {
    const newer = await sources.read(after, refresh);
    const older = before === PREVIOUS ? await sources.previous(after) : await sources.read(before, false);
    const [was, is] = [older, newer].map((world) =>
      world.report({ namespace: namespace ?? world.snapshot.source.namespace }),
    );
    const old = byId(was);
    const now = byId(is);
    const fresh = [...now.values()].filter(({ id }) => !old.has(id));
    const gone = [...old.values()].filter(({ id }) => !now.has(id));
    const changed = [...now.values()].flatMap((incident) => {
      const previous = old.get(incident.id);
      const same =
        previous === undefined || (previous.severity === incident.severity && previous.effect === incident.effect);
      return same
        ? []
        : [{ id: incident.id, message: incident.message, before: state(previous), after: state(incident) }];
    });
    const totals = { new: fresh.length, gone: gone.length, changed: changed.length };
    const same = now.size - fresh.length - changed.length;
    const data = fitted((cap) => ({
      before: { source: older.name, as_of: was?.now ?? '' },
      after: { source: newer.name, as_of: is?.now ?? '' },
      new: fresh.slice(0, cap),
      gone: gone.slice(0, cap),
      changed: changed.slice(0, cap),
      same,
      totals,
      comparable: was?.coverage.complete === true && is?.coverage.complete === true,
    }));
    return {
      data,
      lines: [
        `${totals.new} new, ${totals.gone} gone, ${totals.changed} changed, ${same} the same: ${data.before.source} (${data.before.as_of}) to ${data.after.source} (${data.after.as_of})`,
        ...data.new.map((incident) => `NEW ${incidentLine(incident)}`),
        ...data.gone.map((incident) => `GONE ${incidentLine(incident)}`),
        ...data.changed.map(
          ({ id, message, before: from, after: to }) => `CHANGED ${message}: ${from} -> ${to}; id=${id}`,
        ),
        ...(data.comparable ? [] : ['not everything was seen in both: gone may only mean unseen']),
      ],
    };
  },
});

function byId(report: Parameters<typeof incidentsOf>[0] | undefined): ReadonlyMap<string, Incident> {
  return new Map((report === undefined ? [] : incidentsOf(report)).map((told) => [told.id, inShort(told)]));
}

function state({ severity, effect }: Incident): string {
  return effect === '' ? severity : `${severity}, ${effect}`;
}
