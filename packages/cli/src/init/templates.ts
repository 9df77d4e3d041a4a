import { CONFIG_SCHEMA_ID } from '@kroot/types';
import { type InitFlags } from './init-flags.ts';

// A comment that begins with a capital explains; every other one is a setting, which holds when its # is taken away.

const YAML = `# yaml-language-server: $schema=${CONFIG_SCHEMA_ID}
# Configuration of kroot. Flags and environment variables are stronger than what stands here.
# Paths are seen from this file. Plugins in it are programs: kroot --no-config takes none of it.

# How reports look: text, json, sarif, … or FORMAT=FILE; one or several.
#output: [text, html=report.html]
#details: true
#showFixes: true
#showCommands: true
#showSuppressed: true
#color: auto
#ascii: true
#quiet: true

# Where to look, unless -n or -A is given.
#namespace: shop
#allNamespaces: true
#logs: true
#verifyFixes: true

# What makes the exit code 1: critical, warning, info, new (what is not in the baseline) or never.
#failOn: critical
#strict: true

# What is known: a JSON report, or what kroot baseline update writes.
#baseline: kroot-baseline.json

# Analyzers from packages or files.
#plugins:
#  - ./rules/queue.mjs

# How bad a rule is, whatever it says itself: critical, warning, info, or off, which does not run it.
#rules:
#  ingress-backend-empty: warning
#  node-cordoned: off

# What not to tell, why, and until when. Globs: *, ?, [a-c] and {a,b}.
#suppressions:
#  - rule: secret-missing-env
#    match:
#      kind: Deployment
#      namespace: dev-*
#      name: web
#      labels:
#        team: shop
#    reason: made by CI at deploy
#    until: 2027-01-31
#    owner: team-shop

# How much objects are worth, where 1 is as much as any other: what is worth more is repaired first.
#weights:
#  - match:
#      namespace: payments
#    weight: 5

# By what the impact is multiplied in that order when the first repair changes or destroys something.
#risk:
#  change: 1
#  destructive: 0.5
`;

const JSON_TEMPLATE = `${JSON.stringify(
  { $schema: CONFIG_SCHEMA_ID, failOn: 'critical', rules: {}, suppressions: [], weights: [] },
  null,
  2,
)}
`;

const BODY = `  // What makes the exit code 1: critical, warning, info, new (what is not in the baseline) or never.
  failOn: 'critical',
  // What is known: a JSON report, or what kroot baseline update writes.
  // baseline: 'kroot-baseline.json',
  // Packages, paths seen from this file, or plugins themselves.
  plugins: [],
  // How bad a rule is, whatever it says itself; off does not run it.
  rules: {
    // 'node-cordoned': 'off',
  },
  // What not to tell, why, and until when.
  suppressions: [
    // { rule: 'secret-missing-env', match: { namespace: 'dev-*' }, reason: 'made by CI', until: '2027-01-31' },
  ],
  // How much objects are worth, where 1 is as much as any other: what is worth more is repaired first.
  weights: [
    // { match: { namespace: 'payments' }, weight: 5 },
  ],
`;

const HEAD = '// Configuration of kroot. Flags and environment variables are stronger than what stands here.\n';

/** What `kroot init` writes, by format. */
export const TEMPLATES: Readonly<Record<InitFlags['format'], string>> = {
  yaml: YAML,
  json: JSON_TEMPLATE,
  ts: `${HEAD}// Node.js takes the types out and compiles nothing.\nimport type { KrootConfig } from '@kroot/types';\n\nexport default {\n${BODY}} satisfies KrootConfig;\n`,
  mjs: `${HEAD}/** @type {import('@kroot/types').KrootConfig} */\nexport default {\n${BODY}};\n`,
};
