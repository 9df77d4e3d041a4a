import { buildGraph, relationInfo } from '@kroot/graph';
import { formatRef, type EdgeView } from '@kroot/types';
import { z } from 'zod';
import { fitting } from '../answers/budget.ts';
import { blindLines, incidentLine, incidentsOf, inShort, seen } from '../answers/incidents.ts';
import { objectNamed } from '../answers/named-object.ts';
import { incidentShape, refField, seenShape, sourceFields } from '../schemas.ts';
import { defineTool, worldOf, type Tool } from '../tool.ts';

const MAX_EDGES = 15;

const edgeShape = z.object({ resource: z.string(), how: z.string(), status: z.enum(['present', 'absent', 'unknown']) });

/** Why one object does not work, or what proves that it does. */
export const explainResourceTool: Tool = defineTool({
  name: 'explain_resource',
  title: 'Explain one object',
  description:
    'Use this when you ask about one object: why is this pod, Deployment, Service, Ingress, node or claim unhealthy, or is it really healthy? Gives the incidents behind it, or the proof line by line, and what it depends on.',
  input: z.strictObject({ ...sourceFields, ref: refField }),
  output: z.object({
    ...seenShape.shape,
    ref: z.string(),
    state: z
      .enum(['unhealthy', 'healthy', 'not-proved'])
      .describe('not-proved: nothing wrong was found, but not all that would prove it could be seen'),
    incidents: z.array(incidentShape),
    proof: z.array(z.object({ check: z.string(), state: z.string(), text: z.string() })),
    depends_on: z.array(edgeShape),
    needed_by: z.array(edgeShape),
    omitted: z.number().int().describe('Entries of lists that were left out to keep this short'),
  }),
  async run({ ref, ...asked }, context) {
    const world = await worldOf(context, asked);
    const target = objectNamed(world, ref);
    const report = world.report({ target });
    const graph = buildGraph(world.snapshot);
    const all = incidentsOf(report).map((told) => inShort(told));
    const incidents = fitting(all, 6, (incident) => 2 * JSON.stringify(incident).length);
    const proof = report.health.map(({ name, state, text }) => ({ check: name, state, text }));
    const needs = edges(graph.dependencies(target), ({ to }) => formatRef(to));
    const users = edges(graph.dependents(target), ({ from }) => formatRef(from));
    const isIll = all.some(({ severity }) => severity !== 'info');
    const isProved = proof.length > 0 && proof.every(({ state }) => state === 'ok' || state === 'not-applicable');
    const state = isIll ? ('unhealthy' as const) : isProved ? ('healthy' as const) : ('not-proved' as const);
    const what = seen(world, report);
    const shown = { depends_on: needs.slice(0, MAX_EDGES), needed_by: users.slice(0, MAX_EDGES) };
    const omitted =
      all.length - incidents.length + needs.length + users.length - shown.depends_on.length - shown.needed_by.length;
    return {
      data: { ...what, ref: formatRef(target), state, incidents: [...incidents], proof, ...shown, omitted },
      lines: [
        `${formatRef(target)} is ${state === 'not-proved' ? 'not known to be unhealthy, but not proved healthy either' : state}, as of ${what.as_of}`,
        ...incidents.map((incident) => incidentLine(incident)),
        ...proof.map(({ check, state: sign, text }) => `${sign}: ${check}: ${text}`),
        ...shown.depends_on
          .filter(({ status }) => status !== 'present')
          .map(({ resource, how, status }) => `${status}: ${how} ${resource}`),
        ...blindLines(what),
      ],
    };
  },
});

/** What is not there comes first. */
function edges(views: readonly EdgeView[], other: (edge: EdgeView) => string): readonly z.input<typeof edgeShape>[] {
  const order = ['absent', 'unknown', 'present'];
  const seenEdges = new Set<string>();
  return views
    .map((edge) => ({ resource: other(edge), how: relationInfo(edge.relation).verb, status: edge.status }))
    .filter(({ resource, how }) => {
      const key = `${how} ${resource}`;
      return !seenEdges.has(key) && seenEdges.add(key);
    })
    .toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
}
