import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const OURS = ['harness', 'kwok', 'system:apiserver', 'system:kube-controller-manager', 'system:kube-scheduler'];

/** Records who asked for what, except what the control plane and the harness do themselves. */
export const auditPolicy: object = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'None', users: OURS },
    { level: 'None', userGroups: ['system:serviceaccounts:kube-system'] },
    { level: 'Metadata' },
  ],
};

/** One request as the API server saw it. */
export interface Audited {
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
  readonly user: { readonly username: string; readonly groups?: readonly string[] };
  readonly impersonatedUser?: { readonly username: string; readonly uid?: string; readonly groups?: readonly string[] };
  readonly responseStatus?: { readonly code: number };
}

/** How far an audit log has come; give it to `auditedSince`. */
export function auditMark(file: string): number {
  return readFileSync(file).length;
}

/** What came in since a mark. The log is written after the answers are sent, so this waits until it is at rest. */
export async function auditedSince(file: string, mark: number): Promise<readonly Audited[]> {
  let size = -1;
  let bytes = readFileSync(file);
  while (bytes.length !== size) {
    size = bytes.length;
    await sleep(150);
    bytes = readFileSync(file);
  }
  const lines = bytes.subarray(mark).toString().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Audited);
}
