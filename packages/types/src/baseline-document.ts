/** Where the published JSON Schema of baseline files lives. */
export const BASELINE_SCHEMA_ID =
  'https://raw.githubusercontent.com/kroot/kroot/main/packages/types/schema/baseline.v1.json';

/** Version of baseline files: a new minor adds fields, a new major removes or changes some. */
export const BASELINE_VERSION = '1.0';

/** One thing that is known, in a baseline file. */
export interface BaselineEntryDocument {
  readonly id: string;
  readonly rule: string;
  readonly namespace?: string;
  /** For people who read the file. */
  readonly what?: string;
}

/** What `kroot baseline update` writes. */
export interface BaselineDocument {
  readonly $schema?: string;
  readonly baseline_version: string;
  readonly entries: readonly BaselineEntryDocument[];
}
