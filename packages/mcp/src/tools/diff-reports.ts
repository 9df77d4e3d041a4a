import { chainChanges, compareReports } from '@kroot/engine';
import { z } from 'zod';
import { fitted } from '../answers/budget.ts';
import { changedIncident, changeLines, diagnosed, goneIncident } from '../answers/compared.ts';
import { incidentLine, seen, unexplainedInShort } from '../answers/incidents.ts';
import { incidentShape, namespaceField, sourceFields } from '../schemas.ts';
import { type Report, type Snapshot } from '@kroot/types';
import { McpError } from '../errors.ts';
import { PREVIOUS, type Saved, type Sources } from '../sources/sources.ts';
import { type World } from '../sources/world.ts';
import { defineTool, type Tool } from '../tool.ts';

const count = z.number().int().nonnegative();
const side = z.object({ source: z.string(), as_of: z.string(), complete: z.boolean() });
const newShape = incidentShape.extend({
  changes: z
    .array(z.string())
    .optional()
    .describe(
      'What changed on its chain between the two, the decisive first; empty: nothing that either shows; left out: one is a saved report, which does not say',
    ),
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
    'Use this after a repair or a deployment, to see which incidents are new (and which change on their chain brought them), gone, worse or better: compares two captures or saved reports, or what was read the time before ("previous") with now.',
  input: z.strictObject({
    before: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe(
        'A source (see diagnose), a saved JSON report, or "previous": what was read before the last refresh. Left out: previous',
      ),
    after: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe('A source or a saved JSON report; left out: the default, read again if refresh is true'),
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
    const newer = await sideOf(sources, after, { refresh, namespace });
    const older = await (before === PREVIOUS
      ? previousOf(sources, after, namespace)
      : sideOf(sources, before, { refresh: false, namespace }));
    const { report: was, snapshot: then } = older;
    const { report: is, snapshot: now } = newer;
    const { added, gone, kept, unexplained, ...compared } = compareReports(
      was,
      is,
      then === undefined || now === undefined ? undefined : (diagnosis) => chainChanges(then, now, diagnosis),
    );
    const notices = [...[older, newer].flatMap(({ notice }) => notice ?? []), ...compared.notices];
    const arrived: z.input<typeof newShape>[] = [
      ...added.map(({ changes, diagnosis }) => ({
        ...diagnosed(diagnosis),
        ...(changes !== undefined && { changes: changeLines(changes) }),
      })),
      ...unexplained.added.map((one) => unexplainedInShort(one)),
    ];
    const left: z.input<typeof goneShape>[] = [
      ...gone.map((one) => goneIncident(one)),
      ...unexplained.gone.map((one) => ({
        ...unexplainedInShort(one),
        ...(one.unseen !== undefined && { unseen: one.unseen }),
        replaced_by: [],
      })),
    ];
    const changed = kept.flatMap((one) => changedIncident(one) ?? []);
    const blind = left.filter(({ unseen }) => unseen !== undefined).length;
    const totals = { new: arrived.length, gone: left.length - blind, unseen: blind, changed: changed.length };
    const same = kept.length - changed.length + unexplained.kept.length;
    const [first, second] = [seen(older, was), seen(newer, is)];
    const data = fitted((cap) => ({
      before: { source: first.source, as_of: first.as_of, complete: first.complete },
      after: { source: second.source, as_of: second.as_of, complete: second.complete },
      notices,
      new: arrived.slice(0, cap),
      gone: left.slice(0, cap),
      changed: changed.slice(0, cap),
      same,
      totals,
      comparable: first.complete && second.complete,
    }));
    const cut =
      arrived.length + left.length + changed.length - data.new.length - data.gone.length - data.changed.length;
    return {
      data,
      lines: [
        `${totals.new} new, ${totals.gone} gone, ${blind === 0 ? '' : `${blind} that cannot be seen any more, `}${totals.changed} changed, ${same} the same: ${first.source} (${first.as_of}) to ${second.source} (${second.as_of})`,
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

/** One of the two: a report, and the objects that it was made of where there are any. */
interface Side {
  readonly name: string;
  readonly report: Report;
  readonly snapshot?: Snapshot;
  readonly notice?: string | undefined;
}

async function sideOf(
  sources: Sources,
  name: string | undefined,
  { namespace, refresh }: { readonly namespace: string | undefined; readonly refresh: boolean },
): Promise<Side> {
  const saved = await sources.saved(name);
  if (saved !== undefined) return inScope(saved, namespace);
  return sideIn(await sources.read(name, refresh), namespace);
}

async function previousOf(sources: Sources, after: string | undefined, namespace: string | undefined): Promise<Side> {
  if ((await sources.saved(after)) !== undefined)
    throw new McpError('a saved report has no previous one; name what to compare it with as "before"');
  return sideIn(await sources.previous(after), namespace);
}

function sideIn(world: World, namespace: string | undefined): Side {
  const { name, snapshot } = world;
  return { name, snapshot, report: world.report({ namespace: world.scope(namespace) }) };
}

/** What was left out of a report cannot be added, and what else is in it would count as gone or new. */
function inScope(saved: Saved, namespace: string | undefined): Side {
  const { namespace: told } = saved.report.scope;
  if (namespace === undefined || namespace === told) return saved;
  const scope = told === undefined ? 'all namespaces' : `namespace ${told}`;
  throw new McpError(`"${saved.name}" is a saved report on ${scope}; ask without a namespace`);
}
