import { createSecureContext } from 'node:tls';
import { isObject, member, text } from '../guards.ts';
import { bearer, type Credential } from './connection-credentials.ts';
import { ConnectionError } from './connection-error.ts';
import { type ExecPlugin } from './kubeconfig-types.ts';

/** Reads the ExecCredential that a plugin printed. No message quotes it: it holds credentials. */
export function readExecAnswer(output: string, plugin: ExecPlugin, owner: string): Credential {
  const refuse = (problem: string): never => {
    const name = `the credential plugin "${plugin.command}" of ${owner}`;
    throw new ConnectionError('KROOT_CREDENTIALS', `${name} ${problem}`, 'run it by hand to see what it prints');
  };
  const answer = parse(output) ?? refuse('printed something that is not JSON');
  const version = member(answer, 'apiVersion');
  if (member(answer, 'kind') !== 'ExecCredential' || version !== plugin.apiVersion) {
    refuse(`did not print an ExecCredential of ${plugin.apiVersion}`);
  }
  const status = member(answer, 'status');
  const token = text(member(status, 'token'));
  const certificate = text(member(status, 'clientCertificateData'));
  const key = text(member(status, 'clientKeyData'));
  if ((certificate === undefined) !== (key === undefined)) refuse('gave a certificate or a key, not both');
  if (token === undefined && certificate === undefined) refuse('gave neither a token nor a certificate');
  if (certificate !== undefined && !isPair(certificate, key)) refuse('gave a certificate and a key that do not fit');
  const expires = Date.parse(text(member(status, 'expirationTimestamp')) ?? '');
  return {
    authorization:
      token === undefined ? undefined : bearer(token, `the token of the credential plugin "${plugin.command}"`),
    certificate,
    key,
    expires: Number.isNaN(expires) ? undefined : expires,
  };
}

function isPair(cert: string, key: string | undefined): boolean {
  try {
    createSecureContext({ cert, key });
    return true;
  } catch {
    return false;
  }
}

function parse(output: string): object | undefined {
  try {
    const value: unknown = JSON.parse(output);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
