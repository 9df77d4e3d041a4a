import type { ConnectionFlags } from '@kroot/cluster';
import { type Options } from 'yargs';
import { flag, many, text } from './option-kinds.ts';

/** Values of the options that say which cluster to ask, and how long. */
export interface ConnectionArguments extends ConnectionFlags {
  /** Of the whole run. */
  readonly timeout: string;
}

const CONNECTION = 'Cluster (the same as in kubectl):';

/**
 * kubectl's connection flags, with its names and meaning.
 * https://kubernetes.io/docs/reference/kubectl/generated/kubectl_options/
 */
export const CONNECTION_OPTIONS: Readonly<Record<string, Options>> = {
  context: { ...text('Context of the kubeconfig; the current one if not given'), group: CONNECTION },
  kubeconfig: { ...text('The kubeconfig, instead of $KUBECONFIG or ~/.kube/config'), group: CONNECTION },
  cluster: { ...text('Cluster of the kubeconfig'), group: CONNECTION },
  user: { ...text('User of the kubeconfig'), group: CONNECTION },
  server: { ...text('Address of the API server'), alias: 's', group: CONNECTION },
  token: { ...text('Bearer token'), group: CONNECTION },
  as: { ...text('Impersonate this user'), group: CONNECTION },
  'as-group': { ...many('Impersonate this group; may be given several times'), group: CONNECTION },
  'as-uid': { ...text('Impersonate this UID'), group: CONNECTION },
  'certificate-authority': { ...text('File with the certificates to trust'), group: CONNECTION },
  'client-certificate': { ...text('File with the certificate to show'), group: CONNECTION },
  'client-key': { ...text('File with the key of that certificate'), group: CONNECTION },
  'tls-server-name': { ...text('Name that the certificate of the server is for'), group: CONNECTION },
  'insecure-skip-tls-verify': { ...flag('Trust any certificate of the server'), group: CONNECTION },
  'request-timeout': { ...text('Limit for one request: 30, 30s, 2m; 0 for none'), group: CONNECTION },
  timeout: {
    ...text('Limit for collecting; what was read by then is used'),
    default: '2m',
    group: CONNECTION,
  },
  // Nothing is cached, and answers are compressed where it pays: both may be given, and change nothing.
  'cache-dir': { ...text('Ignored'), hidden: true },
  'disable-compression': { ...flag('Ignored'), hidden: true },
};
