import { SEVERITIES } from '@kroot/types';
import { z } from 'zod';
import { blindLines, incidentLine, incidentsOf, inShort, seen } from '../answers/incidents.ts';
import { pageOf } from '../answers/page.ts';
import { ruleNamed } from '../answers/rules.ts';
import { DEFAULT_LIMIT, incidentPageShape, namespaceField, pageFields, seenShape, sourceFields } from '../schemas.ts';
import { defineTool, worldOf, type Tool } from '../tool.ts';

/** Pages through what was found. */
export const listIncidentsTool: Tool = defineTool({
  name: 'list_incidents',
  title: 'List incidents',
  description:
    'Use this after diagnose to page through all incidents, or to list those of one severity, rule or namespace. The ids are stable between runs.',
  input: z.strictObject({
    ...sourceFields,
    ...namespaceField,
    severity: z.enum(['critical', 'warning', 'info']).optional().describe('Only those at least this severe'),
    rule: z.string().max(200).optional().describe('Only those of this rule, such as secret-missing-env'),
    ...pageFields,
  }),
  output: z.object({ ...seenShape.shape, ...incidentPageShape }),
  async run({ severity = 'info', rule, limit = DEFAULT_LIMIT, cursor, ...asked }, context) {
    // That a rule found nothing and that there is none are two answers.
    if (rule !== undefined) ruleNamed(context.rules, rule);
    const world = await worldOf(context, asked);
    const report = world.report({ namespace: world.scope(asked.namespace) });
    const all = incidentsOf(report)
      .map((told) => inShort(told))
      .filter((incident) => SEVERITIES.indexOf(incident.severity) <= SEVERITIES.indexOf(severity))
      .filter((incident) => rule === undefined || incident.rule === rule);
    const { items, total, next } = pageOf(all, ({ id }) => id, { limit, cursor });
    const what = seen(world, report);
    return {
      data: { ...what, total, incidents: [...items], ...(next !== undefined && { next_cursor: next }) },
      lines: [
        `${items.length} of ${total} incidents of ${what.cluster}, as of ${what.as_of}`,
        ...items.map((incident) => incidentLine(incident)),
        ...(next === undefined ? [] : [`more: cursor=${next}`]),
        ...blindLines(what),
      ],
    };
  },
});
