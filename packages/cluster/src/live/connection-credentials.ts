import { readFile } from 'node:fs/promises';
import { ConnectionError } from './connection-error.ts';

/** What proves to the server who we are, at one moment. */
export interface Credential {
  /** Value of the Authorization header. */
  readonly authorization?: string | undefined;
  /** Client certificate and key (PEM) instead of those of the kubeconfig. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** Milliseconds since 1970 after which it is of no use. */
  readonly expires?: number | undefined;
}

/** A source of credentials. However many ask at once, it is asked once. */
export interface Credentials {
  current(): Promise<Credential>;
  /** A newer one than that which the server rejected; an equal one if there is none. */
  refresh(rejected: Credential): Promise<Credential>;
}

/** Nothing, or something that cannot change during a run. */
export function fixedCredentials(credential: Credential): Credentials {
  return { current: () => Promise.resolve(credential), refresh: () => Promise.resolve(credential) };
}

/** Credentials that are fetched when they are first needed, when they expire, and when the server rejects them. */
export function fetchedCredentials(fetch: () => Promise<Credential>, now: () => number): Credentials {
  let held: Credential | undefined;
  let pending: Promise<Credential> | undefined;
  const load = async (): Promise<Credential> => {
    try {
      held = await fetch();
      return held;
    } finally {
      pending = undefined;
    }
  };
  const shared = (): Promise<Credential> => (pending ??= load());
  return {
    current: () => (held !== undefined && !isExpired(held, now()) ? Promise.resolve(held) : shared()),
    refresh: (rejected) => (held !== undefined && held !== rejected ? Promise.resolve(held) : shared()),
  };
}

function isExpired(credential: Credential, now: number): boolean {
  return credential.expires !== undefined && credential.expires <= now;
}

/** Kubelets rotate the tokens of service accounts; client-go re-reads them every minute too (transport/token_source.go). */
const TOKEN_FILE_AGE = 60_000;

/** A token in a file, read again when it may have been replaced. */
export function tokenFileCredentials(file: string, now: () => number): Credentials {
  return fetchedCredentials(async () => {
    let token: string;
    try {
      token = await readFile(file, 'utf8');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      throw new ConnectionError('KROOT_CREDENTIALS', `cannot read the token file ${file}: ${code}`, 'check tokenFile');
    }
    return { authorization: bearer(token, `the token file ${file}`), expires: now() + TOKEN_FILE_AGE };
  }, now);
}

/** The Authorization header of a token. */
export function bearer(token: string, where: string): string {
  const trimmed = token.trim();
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    const problem = `${where} ${trimmed === '' ? 'is empty' : 'holds characters that no token has'}`;
    throw new ConnectionError('KROOT_CREDENTIALS', problem, 'log in again');
  }
  return `Bearer ${trimmed}`;
}
