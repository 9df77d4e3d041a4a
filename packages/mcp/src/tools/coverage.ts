import { z } from 'zod';
import { pageOf } from '../answers/page.ts';
import { namespaceField, pageFields, sourceFields } from '../schemas.ts';
import { defineTool, worldOf, type Tool } from '../tool.ts';

const gapShape = z.object({
  kind: z.string(),
  namespace: z.string().describe("'*': all namespaces, '': not namespaced"),
  state: z.enum(['partial', 'forbidden', 'not-collected', 'api-absent']),
  reason: z.string(),
  rules: z.number().int().describe('How many rules may have missed something'),
});

/** What could not be seen. */
export const coverageTool: Tool = defineTool({
  name: 'coverage',
  title: 'What could not be seen',
  description:
    'Use this before you call a cluster healthy, or when an answer says that not everything was seen: which kinds could not be read, why, and how many rules are blind because of it. It also tells which sources there are.',
  input: z.strictObject({ ...sourceFields, ...namespaceField, ...pageFields }),
  output: z.object({
    source: z.string(),
    sources: z.array(z.string()).describe('What may be given as source'),
    cluster: z.string(),
    server_version: z.string().optional(),
    as_of: z.string(),
    complete: z.boolean(),
    objects: z.number().int(),
    total: z.number().int(),
    gaps: z.array(gapShape),
    failed_rules: z.array(z.string()),
    notices: z.array(z.string()),
    next_cursor: z.string().optional(),
  }),
  async run({ limit = 20, cursor, ...asked }, context) {
    const world = await worldOf(context, asked);
    const report = world.report({ namespace: world.scope(asked.namespace) });
    const gaps = report.coverage.gaps.map(({ kind, namespace, state, reason, rules }) => ({
      kind,
      namespace,
      state,
      reason,
      rules: rules.length,
    }));
    const { items, total, next } = pageOf(gaps, ({ kind, namespace }) => `${kind}/${namespace}`, { limit, cursor });
    const failed = report.failures.map(({ rule, reason }) => `${rule}: ${reason}`).slice(0, 5);
    const notices = report.notices.slice(0, 5);
    return {
      data: {
        source: world.name,
        sources: [...context.sources.names()],
        cluster: report.source.name,
        ...(report.source.serverVersion !== undefined && { server_version: report.source.serverVersion }),
        as_of: report.now,
        complete: report.coverage.complete && failed.length === 0,
        objects: report.counts.objects,
        total,
        gaps: [...items],
        failed_rules: failed,
        notices,
        ...(next !== undefined && { next_cursor: next }),
      },
      lines: [
        `${report.source.name}, as of ${report.now}: ${report.counts.objects} objects; ${total === 0 ? 'everything that the rules read was seen' : `${total} blind spots`}`,
        ...items.map(
          ({ kind, namespace, state, reason, rules }) =>
            `${state}: ${kind}${namespace === '' || namespace === '*' ? '' : ` in ${namespace}`}: ${reason}; ${rules} rules`,
        ),
        ...failed.map((line) => `failed rule ${line}`),
        ...notices.map((notice) => `notice: ${notice}`),
        ...(next === undefined ? [] : [`more: cursor=${next}`]),
      ],
    };
  },
});
