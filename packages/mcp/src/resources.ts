import { ResourceTemplate, type McpServer } from '@modelcontextprotocol/server';
import { renderJson } from '@kroot/report';
import { ruleNamed, rulePage } from './answers/rules.ts';
import { type ToolContext } from './tool.ts';

const MAX_COMPLETED = 20;

/** Registers what can be read by its address: the whole report, and the pages of the rules. */
export function registerResources(server: McpServer, { sources, rules }: ToolContext): void {
  server.registerResource(
    'latest-report',
    'kroot://report/latest',
    {
      title: 'The latest report',
      description: 'The whole report on what was read last, as kroot diagnose --output json prints it; can be large',
      mimeType: 'application/json',
    },
    async (uri) => {
      const world = sources.latest() ?? (await sources.read(undefined, false));
      const text = renderJson(world.report({ namespace: world.snapshot.source.namespace }));
      return { contents: [{ uri: uri.href, mimeType: 'application/json', text }] };
    },
  );
  // Ids of plugins have a slash in them.
  const template = new ResourceTemplate('kroot://rules/{+id}', {
    list: undefined,
    complete: {
      id: (typed) =>
        rules.metas
          .map((meta) => meta.id)
          .filter((id) => id.startsWith(typed))
          .slice(0, MAX_COMPLETED),
    },
  });
  server.registerResource(
    'rule',
    template,
    {
      title: 'The page of a rule',
      description: 'What a rule means, how it decides, when it stays silent and when it can be wrong',
      mimeType: 'text/markdown',
    },
    (uri, { id }) => {
      const page = rulePage(ruleNamed(rules, typeof id === 'string' ? id : (id?.[0] ?? '')));
      return { contents: [{ uri: uri.href, mimeType: 'text/markdown', text: page }] };
    },
  );
}
