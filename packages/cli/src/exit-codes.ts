/**
 * Exit codes: 0 nothing at or above `--fail-on`, 1 findings, 2 could not run, 3 incomplete under `--strict`, 130 stopped with
 * Ctrl-C before anything was found.
 */
export const EXIT = { ok: 0, findings: 1, failed: 2, incomplete: 3, interrupted: 130 } as const;
