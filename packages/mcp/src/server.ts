import { builtinAnalyzers, manifestRules } from '@kroot/analyzers';
import { VERSION } from '@kroot/engine';
import { compareStrings, type Plugin } from '@kroot/types';
import { McpServer } from '@modelcontextprotocol/server';
import { type McpFlags } from './flags.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { registerResources } from './resources.ts';
import { Sources } from './sources/sources.ts';
import { type Surroundings } from './surroundings.ts';
import { type Judgement } from './sources/world.ts';
import { type Tool } from './tool.ts';
import { blastRadiusTool } from './tools/blast-radius.ts';
import { coverageTool } from './tools/coverage.ts';
import { diagnoseTool } from './tools/diagnose.ts';
import { diffReportsTool } from './tools/diff-reports.ts';
import { explainResourceTool } from './tools/explain-resource.ts';
import { explainRuleTool } from './tools/explain-rule.ts';
import { getIncidentTool } from './tools/get-incident.ts';
import { listIncidentsTool } from './tools/list-incidents.ts';
import { pathTool } from './tools/path.ts';
import { whatIfMissingTool } from './tools/what-if-missing.ts';

/** All tools, the first question first. */
const TOOLS: readonly Tool[] = [
  diagnoseTool,
  getIncidentTool,
  explainResourceTool,
  listIncidentsTool,
  pathTool,
  blastRadiusTool,
  whatIfMissingTool,
  diffReportsTool,
  explainRuleTool,
  coverageTool,
];

/** What a server is made of. */
export interface ServerOptions {
  readonly flags: McpFlags;
  readonly surroundings: Surroundings;
  readonly plugins?: readonly Plugin[];
  readonly judgement?: Judgement;
}

/**
 * Makes the server; connecting it to a transport is up to the caller.
 * @throws McpError when an option is not what it should be.
 */
export function createServer({ flags, surroundings, plugins = [], judgement = {} }: ServerOptions): McpServer {
  const all = [...builtinAnalyzers, ...plugins.flatMap(({ analyzers }) => analyzers)];
  const metas = [...all.map(({ meta }) => meta), ...manifestRules].toSorted((a, b) => compareStrings(a.id, b.id));
  const rules = { builtin: builtinAnalyzers, plugins, all, metas, judgement };
  const context = { rules, sources: new Sources(flags, rules, surroundings) };
  const server = new McpServer(
    { name: 'kroot', title: 'kroot: root causes of Kubernetes clusters', version: VERSION },
    { instructions: INSTRUCTIONS },
  );
  for (const tool of TOOLS) tool.register(server, context);
  registerResources(server, context);
  return server;
}
