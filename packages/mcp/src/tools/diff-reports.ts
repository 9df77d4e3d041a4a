import { chainChanges, compareReports } from '@kroot/engine';
import { z } from 'zod';
import { fitted } from '../answers/budget.ts';
import { changedIncident, changeLines, diagnosed, goneIncident } from '../answers/compared.ts';
import { incidentLine, seen, unexplainedInShort } from '../answers/incidents.ts';
import { incidentShape, namespaceField, sourceFields } from '../schemas.ts';
import { PREVIOUS } from '../sources/sources.ts';
import { defineTool, type Tool } from '../tool.ts';

const count = z.number().int().nonnegative();
const side = z.object({ source: z.string(), as_of: z.string(), complete: z.boolean() });
const newShape = incidentShape.extend({
  changes: z
    .array(z.string())
    .optional()
    .describe('What changed on its chain between the two, the decisive first; empty: nothing that either shows'),
});
const goneShape = incidentShape.extend({
  unseen: z.string().optional().describe('Nobody can tell whether it is gone: this could not be read any more'),
  replaced_by: z.array(z.string()).describe('Ids of incidents that now hold up what it held up'),
});
const changedShape = z.object({
  id: z.string(),
  message: z.string(),
  trend: z.enum(['worse', 'better']),
  before: z.string(),
  after: z.string(),
});

/** What is new, gone and worse, as `kroot diff` has it. */
export const diffReportsTool: Tool = defineTool({
  name: 'diff_reports',
  title: 'Compare two diagnoses',
  description:
    'Use this after a repair or a deployment, to see which incidents are new (and which change on their chain brought them), gone, worse or better: compares two captures, or what was read the time before ("previous") with now.',
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
    before: side,
    after: side,
    notices: z.array(z.string()).describe('Why the two may not speak of the same'),
    new: z.array(newShape),
    gone: z.array(goneShape),
    changed: z.array(changedShape),
    same: count,
    totals: z.object({ new: count, gone: count, unseen: count, changed: count }),
    comparable: z
      .boolean()
      .describe('false: one of them could not see everything, so new or gone may only mean seen or unseen'),
  }),
  async run({ before = PREVIOUS, after, refresh = false, namespace }, { sources }) {
    const newer = await sources.read(after, refresh);
    const older = before === PREVIOUS ? await sources.previous(after) : await sources.read(before, false);
    const was = older.report({ namespace: older.scope(namespace) });
    const is = newer.report({ namespace: newer.scope(namespace) });
    const { added, gone, kept, notices, unexplained } = compareReports(was, is, (diagnosis) =>
      chainChanges(older.snapshot, newer.snapshot, diagnosis),
    );
    const arrived: z.input<typeof newShape>[] = [
      ...added.map(({ changes = [], diagnosis }) => ({ ...diagnosed(diagnosis), changes: changeLines(changes) })),
      ...unexplained.added.map((one) => unexplainedInShort(one)),
    ];
    const left: z.input<typeof goneShape>[] = [
      ...gone.map((one) => goneIncident(one)),
      ...unexplained.gone.map((one) => ({ ...unexplainedInShort(one), replaced_by: [] })),
    ];
    const changed = kept.flatMap((one) => changedIncident(one) ?? []);
    const blind = gone.filter(({ unseen }) => unseen !== undefined).length;
    const totals = { new: arrived.length, gone: left.length - blind, unseen: blind, changed: changed.length };
    const same = kept.length - changed.length + is.unexplained.length - unexplained.added.length;
    const [then, now] = [seen(older, was), seen(newer, is)];
    const data = fitted((cap) => ({
      before: { source: then.source, as_of: then.as_of, complete: then.complete },
      after: { source: now.source, as_of: now.as_of, complete: now.complete },
      notices: [...notices],
      new: arrived.slice(0, cap),
      gone: left.slice(0, cap),
      changed: changed.slice(0, cap),
      same,
      totals,
      comparable: then.complete && now.complete,
    }));
    const cut =
      arrived.length + left.length + changed.length - data.new.length - data.gone.length - data.changed.length;
    return {
      data,
      lines: [
        `${totals.new} new, ${totals.gone} gone, ${blind === 0 ? '' : `${blind} that cannot be seen any more, `}${totals.changed} changed, ${same} the same: ${then.source} (${then.as_of}) to ${now.source} (${now.as_of})`,
        ...notices,
        ...data.new.flatMap((incident) => [
          `NEW ${incidentLine(incident)}`,
          ...(incident.changes ?? []).map((change) => `  changed: ${change}`),
        ]),
        ...data.gone.flatMap((incident) => [
          `${incident.unseen === undefined ? 'GONE' : `PERHAPS GONE, it cannot be seen any more (${incident.unseen})`} ${incidentLine(incident)}`,
          ...(incident.replaced_by.length === 0
            ? []
            : [`  what it held up is still held up: ${incident.replaced_by.join(', ')}`]),
        ]),
        ...data.changed.map(
          ({ id, message, trend, before: from, after: to }) =>
            `${trend.toUpperCase()} ${message}: ${from} -> ${to}; id=${id}`,
        ),
        ...(cut === 0 ? [] : [`${cut} more are not told here: ask for one namespace`]),
        ...(data.comparable ? [] : ['not everything was seen in both: new or gone may only mean seen or unseen']),
      ],
    };
  },
});
