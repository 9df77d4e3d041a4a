import { z } from 'zod';

// Descriptions are read by agents: what to put in, or what they may rely on.

/** Which cluster or file, for all tools that look at one. */
export const sourceFields = {
  source: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('"live" for the cluster, or a file that the server was allowed to read; leave out for the default'),
  refresh: z
    .boolean()
    .optional()
    .describe('true reads the source again instead of using what was read a moment ago; after a repair, for example'),
};

/** A namespace. */
export const namespaceField = {
  namespace: z.string().min(1).max(253).optional().describe('Only what concerns this namespace; all if left out'),
};

/** An object. */
export const refField = z
  .string()
  .min(3)
  .max(700)
  .describe('KIND/NAME or KIND/NAMESPACE/NAME, such as deploy/web, Pod/shop/web-0, node/worker-1');

/** Some of a list. */
export const pageFields = {
  limit: z.number().int().min(1).max(50).optional().describe('At most this many; 10 if left out'),
  cursor: z.string().max(700).optional().describe('next_cursor of the answer before'),
};

/** The limit that holds when none is given. */
export const DEFAULT_LIMIT = 10;

const count = z.number().int().nonnegative();

/** What an answer is about, and how much of it could be seen. */
export const seenShape = z.object({
  source: z.string(),
  cluster: z.string().describe('Name of the context or the file'),
  as_of: z.string().describe('The moment that the answer speaks of'),
  complete: z.boolean().describe('false: not everything could be read; see the tool coverage'),
  blind_spots: z.array(z.string()).describe('Kinds that could not be read completely'),
});

/** One root cause, or a symptom without one, in short. */
export const incidentShape = z.object({
  id: z.string().describe('Stable: the same for the same fault in every run; for get_incident'),
  kind: z.enum(['root-cause', 'unexplained']),
  rule: z.string(),
  severity: z.enum(['critical', 'warning', 'info']),
  confidence: z.number().optional(),
  root_cause_resource: z.string().describe('What is wrong; for an unexplained symptom what shows it'),
  message: z.string(),
  effect: z.string(),
  since: z.string().optional(),
  affected: z.object({ pods: count, workloads: count, services: count, ingresses: count, others: count }),
});

/** A list with a cut. */
export const listShape = z.object({ total: count, items: z.array(z.string()) });

/** A page of incidents. */
export const incidentPageShape = {
  total: count,
  incidents: z.array(incidentShape).describe('In the order in which to repair them'),
  next_cursor: z.string().optional().describe('There is more: call again with this as cursor'),
};
