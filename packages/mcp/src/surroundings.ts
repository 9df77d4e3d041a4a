/** What the server takes from the process around it: the process's own, or a test's. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  /** For notices and credential plugins. Standard output is the protocol's alone. */
  readonly stderr: { write(text: string): unknown };
  /** Milliseconds; only for how old a collection is. */
  readonly now: () => number;
}
