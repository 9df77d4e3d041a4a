/** What the user asked for cannot be done as it was asked. The message is one line; the CLI prints it and exits 2. */
export class UsageError extends Error {
  readonly code = 'KROOT_USAGE';
}

/** Nothing of what was asked for may be read. */
export class NoAccessError extends UsageError {}

/** Whether an error is one of ours: its message is meant for the user, its stack is not. */
export function isKnownError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('KROOT_');
}
