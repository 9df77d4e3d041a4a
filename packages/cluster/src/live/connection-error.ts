/** Stable codes of what keeps a connection from being made. */
export type ConnectionErrorCode =
  | 'KROOT_KUBECONFIG_NOT_FOUND'
  | 'KROOT_KUBECONFIG_UNREADABLE'
  | 'KROOT_KUBECONFIG_INVALID'
  | 'KROOT_NO_CLUSTER'
  | 'KROOT_NO_CONTEXT'
  | 'KROOT_CREDENTIALS'
  | 'KROOT_BAD_FLAG';

/** A connection that cannot be made: one line that names what is wrong, where, and the next step, without any credential. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly code: ConnectionErrorCode;

  constructor(code: ConnectionErrorCode, problem: string, next: string) {
    super(`${problem}; ${next}`);
    this.code = code;
  }
}
