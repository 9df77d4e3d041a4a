import { pathGoal, pathStart, policyNotes } from '@kroot/engine';
import { requestPaths, type RequestPath } from '@kroot/graph';
import { formatRef } from '@kroot/types';
import { z } from 'zod';
import { fitted } from '../answers/budget.ts';
import { sourceFields } from '../schemas.ts';
import { defineTool, worldOf, type Tool } from '../tool.ts';

const pathShape = z.object({
  from: z.string(),
  to: z.string(),
  state: z
    .enum(['ok', 'broken', 'unknown'])
    .describe('unknown: nothing is known to be broken, but not every hop can be told'),
  broken_at: z.string().optional(),
  hops: z.array(z.object({ hop: z.string(), at: z.string(), state: z.string(), detail: z.string() })),
  changes: z.array(z.string()).describe('The smallest change of policies that would let the request through'),
});

/** Follows a request. */
export const pathTool: Tool = defineTool({
  name: 'path',
  title: 'Follow a request',
  description:
    'Use this when something cannot reach something else (timeouts, refused connections, 502/503), or to ask whether a NetworkPolicy allows it: follows a request hop by hop through Ingress, Service, endpoints, network policies and ports, from the objects alone, and names the first hop that is broken. No packet is sent.',
  input: z.strictObject({
    ...sourceFields,
    namespace: z.string().min(1).max(253).optional().describe('Namespace of what is named without one'),
    from: z
      .string()
      .min(1)
      .max(700)
      .describe('A pod, KIND/NAMESPACE/NAME, ing/NAMESPACE/NAME, an IP address, or internet'),
    to: z
      .string()
      .min(1)
      .max(700)
      .describe(
        'svc/NAMESPACE/NAME, a host as the client knows it, a pod or KIND/NAMESPACE/NAME, an IP address, ing/…',
      ),
    port: z.string().min(1).max(30).optional().describe('Number or name of the port, such as 8080, http or 53/udp'),
  }),
  output: z.object({
    source: z.string(),
    paths: z.array(pathShape),
    notes: z.array(z.string()),
    omitted: z.number().int(),
  }),
  async run({ from, to, port, namespace, ...asked }, context) {
    const world = await worldOf(context, asked);
    const named = world.named(namespace === undefined ? world.snapshot.source.namespace : world.scope(namespace));
    const start = pathStart(from, named);
    const paths = requestPaths(named, {
      from: start,
      to: pathGoal(port === undefined ? to : `${to}:${port}`, start, named),
    });
    const broken = paths.filter(({ state }) => state === 'broken');
    const ordered = [...broken, ...paths.filter((path) => !broken.includes(path))];
    const notes = policyNotes(named);
    const data = fitted((cap) => {
      const shown = ordered.slice(0, cap).map((path) => pathData(path, cap));
      return { source: world.name, paths: shown, notes: [...notes], omitted: ordered.length - shown.length };
    });
    return {
      data,
      lines: [
        ...data.paths.flatMap((path) => [
          `${path.from} to ${path.to}: ${path.state}${path.broken_at === undefined ? '' : ` at ${path.broken_at}`}`,
          ...path.hops.map(({ hop, at, state, detail }) => `  ${state}: ${hop} ${at}: ${detail}`),
          ...path.changes.map((change) => `  would allow it: ${change}`),
        ]),
        ...(data.omitted === 0 ? [] : [`${data.omitted} more ways left out`]),
        ...notes,
      ],
    };
  },
});

function pathData({ from, to, state, hops, brokenAt }: RequestPath, cap: number): z.input<typeof pathShape> {
  const first = brokenAt === undefined ? undefined : hops[brokenAt];
  return {
    from,
    to,
    state,
    ...(first !== undefined && { broken_at: `${first.hop} (${first.at})` }),
    hops: hops.map(({ hop, at, state: hopState, detail }) => ({ hop, at, state: hopState, detail })),
    changes: hops
      .flatMap(({ changes }) => changes)
      .slice(0, cap)
      .map(({ policy, summary }) => `${formatRef(policy)}: ${summary}`),
  };
}
