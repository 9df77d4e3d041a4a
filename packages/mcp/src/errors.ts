/** What an agent or a user asked for cannot be done. The message is one line that says what, where and what to do next. */
export class McpError extends Error {
  readonly code = 'KROOT_MCP';
}

/** The one line that tells an error. */
export function errorLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const known =
    error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('KROOT_');
  const text = message.replaceAll(/\s*\n\s*/g, ' ');
  return known ? text : `internal error: ${text} (please report it)`;
}
