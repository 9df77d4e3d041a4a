/** Where a run reads and writes: the process's own surroundings, or a test's. */
export interface Streams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Paths of plugins start here. */
  readonly cwd: string;
  /** The clock, in milliseconds; that of the machine when absent. */
  readonly now?: () => number;
  /** What to call the program in usage texts; `kroot` when absent. */
  readonly program?: string;
  /** Calls the listener when the user presses Ctrl-C, once: the next one ends the program. Gives what takes it back. */
  readonly onInterrupt?: (listener: () => void) => () => void;
}

/** What is needed of an output stream. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}
