import { parseArgs } from 'node:util';
import { VERSION } from '@kroot/engine';
import { McpError } from './errors.ts';
import { CONNECTION_OPTIONS, MCP_OPTIONS, type McpFlags, type McpOption } from './flags.ts';

const OPTIONS: Readonly<Record<string, McpOption>> = { ...MCP_OPTIONS, ...CONNECTION_OPTIONS };

/**
 * Reads the command line of `kroot-mcp`: flags, or a text to print.
 * @throws McpError when it is wrong.
 */
export function parseCommandLine(argv: readonly string[]): { readonly flags: McpFlags } | { readonly text: string } {
  const { values } = parsed(argv);
  if (values['help'] === true) return { text: help() };
  if (values['version'] === true) return { text: `${VERSION}\n` };
  return {
    flags: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name.replaceAll(/-(?<letter>[a-z])/g, (_, letter: string) => letter.toUpperCase()),
        value,
      ]),
    ),
  };
}

function parsed(argv: readonly string[]): { readonly values: Readonly<Record<string, unknown>> } {
  const options = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, { type, multiple, short }]) => [
      name,
      { type, ...(multiple !== undefined && { multiple }), ...(short !== undefined && { short }) },
    ]),
  );
  try {
    return parseArgs({
      args: [...argv],
      options: { ...options, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } },
    });
  } catch (error) {
    throw new McpError(`${error instanceof Error ? error.message : String(error)}; see kroot-mcp --help`);
  }
}

function help(): string {
  const names = Object.entries(OPTIONS).map(([name, { type, short, describe }]) => ({
    option: `${short === undefined ? '    ' : `-${short}, `}--${name}${type === 'string' ? ' VALUE' : ''}`,
    describe,
  }));
  const width = Math.max(...names.map(({ option }) => option.length)) + 2;
  return [
    'Serves root causes of a Kubernetes cluster to agents, over MCP on standard input and output. Reads, never writes.',
    '',
    'Usage: kroot-mcp [OPTIONS]',
    '',
    ...names.map(({ option, describe }) => `  ${option.padEnd(width)}${describe}`),
    '',
  ].join('\n');
}
