import { z } from 'zod';
import { type KrootConfig } from './config.ts';
import { SEVERITIES } from './finding.ts';
import { endOf } from './until.ts';

// An entry point of its own (`@kroot/types/config-schema`): zod takes longer to load than everything else in this package.

export { baselineSchema } from './baseline-schema.ts';

const MAX_TEXT = 1000;
const MAX_ENTRIES = 10_000;

const text = z.string().max(MAX_TEXT);
const filled = text.min(1, 'is empty');
const flag = z.boolean().exactOptional();
const factor = z.number().positive().max(1_000_000);

const match = z
  .strictObject({
    kind: filled.exactOptional().describe('A kind such as Deployment, for kinds outside of Kubernetes Kind.group'),
    namespace: filled.exactOptional().describe('A glob'),
    name: filled.exactOptional().describe('A glob'),
    labels: z.record(filled, text).exactOptional().describe('Labels that the object must have'),
  })
  .meta({ id: 'ObjectMatch' });

const suppression = z
  .strictObject({
    rule: filled.describe('A rule, or a glob such as acme/*'),
    match: match.exactOptional(),
    reason: filled.regex(/\S/, 'is empty').describe('Why; nobody knows any more in a year'),
    until: text
      .refine((until) => endOf(until) !== undefined, 'has to be a day such as 2027-01-31, or a moment in RFC 3339')
      .exactOptional()
      .describe('The last day, such as 2027-01-31, or the moment, in RFC 3339, until which it holds'),
    owner: filled.exactOptional(),
  })
  .meta({ id: 'Suppression' });

const weight = z.strictObject({ match, weight: factor }).meta({ id: 'WeightRule' });

const config = z.strictObject({
  $schema: text.exactOptional(),
  output: z.union([filled, z.array(filled).max(100)]).exactOptional(),
  namespace: filled.exactOptional(),
  allNamespaces: flag,
  logs: flag,
  details: flag,
  showFixes: flag,
  showCommands: flag,
  showSuppressed: flag,
  verifyFixes: flag,
  failOn: z.enum([...SEVERITIES, 'new', 'never']).exactOptional(),
  strict: flag,
  color: z.enum(['always', 'never', 'auto']).exactOptional(),
  ascii: flag,
  quiet: flag,
  plugins: z.array(filled).max(100).exactOptional().describe('Packages, or paths seen from the file'),
  baseline: filled.exactOptional().describe('A JSON report or what kroot baseline update wrote, seen from the file'),
  rules: z
    .record(filled, z.enum([...SEVERITIES, 'off']))
    .exactOptional()
    .describe('How bad a rule is, whatever it says itself; off does not run it'),
  suppressions: z.array(suppression).max(MAX_ENTRIES).exactOptional(),
  weights: z.array(weight).max(MAX_ENTRIES).exactOptional(),
  risk: z
    .strictObject({ change: factor.exactOptional(), destructive: factor.exactOptional() })
    .exactOptional()
    .describe('By what the impact is multiplied in the order of repair when the first repair changes or destroys'),
});

/** Checks a configuration. Plugins are names here: the objects of an executable configuration are taken out before. */
export const configSchema: z.ZodType<KrootConfig> = config.meta({
  title: 'kroot configuration',
  description: 'What kroot.config.yaml and its siblings hold.',
});

/** Names of all settings. */
export const SETTINGS: readonly string[] = Object.keys(config.shape);

/** The settings that a personal configuration may hold: those that change how things look, never what is found. */
export const PERSONAL_SETTINGS: readonly (keyof KrootConfig)[] = [
  '$schema',
  'output',
  'details',
  'showFixes',
  'showCommands',
  'showSuppressed',
  'color',
  'ascii',
  'quiet',
];
