import { type McpServer } from '@modelcontextprotocol/server';
import { type z } from 'zod';
import { cleanLine, cleanValue, quoted } from './answers/clean.ts';
import { errorLine } from './errors.ts';
import { type Sources } from './sources/sources.ts';
import { type Rules, type World } from './sources/world.ts';

/** What tools work on. */
export interface ToolContext {
  readonly sources: Sources;
  readonly rules: Rules;
}

/**
 * Text that is cleaned and cut; words of the cluster, which are quoted; or a command, which was made to be safe and is whole or
 * not there.
 */
export type Line = string | { readonly label: string; readonly quote: string } | { readonly command: string };

/** An answer: data, and the same in a few lines. */
interface Answer<T> {
  readonly data: T;
  readonly lines: readonly Line[];
}

/** A tool that can be registered. */
export interface Tool {
  readonly name: string;
  register(server: McpServer, context: ToolContext): void;
}

interface Definition<I extends z.ZodObject, O extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** Begins with when to use it. */
  readonly description: string;
  readonly input: I;
  readonly output: O;
  run(asked: z.output<I>, context: ToolContext): Promise<Answer<z.input<O>>>;
}

/** Every tool looks and changes nothing. */
const READ_ONLY = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true } as const;

/** Makes a tool: answers are cleaned, errors are one line and never end the server. */
export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(definition: Definition<I, O>): Tool {
  const { name, title, description, input, output } = definition;
  return {
    name,
    register(server, context) {
      const config = { title, description, inputSchema: input, outputSchema: output, annotations: READ_ONLY };
      server.registerTool<O, z.ZodObject>(name, config, async (given) => {
        try {
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server has checked it against `input`
          const { data, lines } = await definition.run(given as z.output<I>, context);
          const text = lines.map((line) => printed(line)).join('\n');
          return { content: [{ type: 'text', text }], structuredContent: cleanValue<Record<string, unknown>>(data) };
        } catch (error) {
          return { content: [{ type: 'text', text: cleanLine(errorLine(error)) }], isError: true };
        }
      });
    },
  };
}

function printed(line: Line): string {
  if (typeof line === 'string') return cleanLine(line);
  return 'command' in line ? `  ${line.command}` : `${cleanLine(line.label)}: ${quoted(line.quote)}`;
}

/** Reads the source of a question. */
export function worldOf(
  { sources }: ToolContext,
  { source, refresh }: { readonly source?: string | undefined; readonly refresh?: boolean | undefined },
): Promise<World> {
  return sources.read(source, refresh === true);
}
