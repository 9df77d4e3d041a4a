import { refKey } from '@kroot/types';
import { z } from 'zod';
import {
  blindLines,
  incidentLine,
  incidentsOf,
  inShort,
  refsOf,
  seen,
  type Incident,
  type Told,
} from '../answers/incidents.ts';
import { objectNamed } from '../answers/named-object.ts';
import { pageOf } from '../answers/page.ts';
import { selected } from '../answers/selector.ts';
import {
  DEFAULT_LIMIT,
  incidentPageShape,
  namespaceField,
  pageFields,
  refField,
  seenShape,
  sourceFields,
} from '../schemas.ts';
import { defineTool, worldOf, type Tool } from '../tool.ts';

/** The first question: what is wrong, and what to repair first. */
export const diagnoseTool: Tool = defineTool({
  name: 'diagnose',
  title: 'Diagnose a cluster',
  description:
    'Use this FIRST when anything in a Kubernetes cluster does not work. Finds the root causes behind all symptoms (pods, Services, Ingresses, nodes, volumes, policies) from the objects themselves, deterministic, with evidence; in the order in which to repair them. Then get_incident for evidence and commands of one. Changes nothing.',
  input: z.strictObject({
    ...sourceFields,
    ...namespaceField,
    selector: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe('Only what concerns objects with these labels, as kubectl -l takes them: app=web'),
    target: refField.optional(),
    ...pageFields,
  }),
  output: z.object({
    ...seenShape.shape,
    healthy: z.boolean().describe('Nothing worse than a remark was found; see complete for whether all was seen'),
    checked: z.object({ objects: z.number(), pods: z.number(), pods_ready: z.number(), rules: z.number() }),
    ...incidentPageShape,
  }),
  async run({ selector, target, limit = DEFAULT_LIMIT, cursor, ...asked }, context) {
    const world = await worldOf(context, asked);
    const namespace = world.scope(asked.namespace);
    const report = world.report({
      namespace,
      ...(target !== undefined && { target: objectNamed(world, target) }),
    });
    const wanted = selector === undefined ? undefined : selected(world.snapshot, selector);
    const all = incidentsOf(report)
      .filter((told) => wanted === undefined || concerns(told, wanted))
      .map((told) => inShort(told));
    const { items, total, next } = pageOf(all, ({ id }) => id, { limit, cursor });
    const isHealthy = all.every(({ severity }) => severity === 'info');
    const what = seen(world, report);
    const where = namespace === undefined ? 'all namespaces' : `namespace ${namespace}`;
    return {
      data: {
        ...what,
        healthy: isHealthy,
        checked: {
          objects: report.counts.objects,
          pods: report.counts.pods,
          pods_ready: report.counts.podsReady,
          rules: report.rules.length,
        },
        total,
        incidents: [...items],
        ...(next !== undefined && { next_cursor: next }),
      },
      lines: [
        `${isHealthy ? 'NO PROBLEM FOUND' : counted(all)} in ${what.cluster} (${where}), as of ${what.as_of}; ${report.counts.objects} objects, ${report.rules.length} rules`,
        ...items.map((incident) => incidentLine(incident)),
        ...(next === undefined ? [] : [`more: cursor=${next}`]),
        ...blindLines(what),
      ],
    };
  },
});

function counted(incidents: readonly Incident[]): string {
  const hidden = incidents.filter(({ suppressed }) => suppressed !== undefined).length;
  const open = incidents.length - hidden;
  return `${open} ${open === 1 ? 'INCIDENT' : 'INCIDENTS'}${hidden === 0 ? '' : ` and ${hidden} suppressed`}`;
}

function concerns(told: Told, wanted: ReadonlySet<string>): boolean {
  return refsOf(told).some((ref) => wanted.has(refKey(ref)));
}
