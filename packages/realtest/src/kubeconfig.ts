import { writeFileSync } from 'node:fs';
import { type Json } from './api-client.ts';
import { type Credential } from './certificates.ts';

/** What a kubeconfig says beside its user. */
export interface KubeconfigTarget {
  readonly server: string;
  readonly ca: string;
  readonly namespace?: string;
}

/** Writes a kubeconfig with one context, `realtest`; JSON, which is YAML too. Gives back the file. */
export function writeKubeconfig(file: string, { server, ca, namespace }: KubeconfigTarget, user: Json): string {
  const cluster = { server, 'certificate-authority-data': base64(ca) };
  const context = { cluster: 'realtest', user: 'realtest', ...(namespace === undefined ? {} : { namespace }) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'realtest',
    clusters: [{ name: 'realtest', cluster }],
    users: [{ name: 'realtest', user }],
    contexts: [{ name: 'realtest', context }],
  };
  writeFileSync(file, JSON.stringify(config, undefined, 2), { mode: 0o600 });
  return file;
}

/** The `user` of a kubeconfig that logs in with a client certificate. */
export function certificateUser({ certificate, key }: Credential): Json {
  return { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
