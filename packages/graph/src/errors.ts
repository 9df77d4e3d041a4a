/** Thrown where a graph is larger than a representation can carry. */
export class GraphTooLargeError extends Error {
  readonly code = 'KROOT_GRAPH_TOO_LARGE';
  override readonly name = 'GraphTooLargeError';

  constructor(what: string, count: number, limit: number) {
    super(`${count} ${what} are more than the limit of ${limit}`);
  }
}
