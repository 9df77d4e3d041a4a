import { clip } from './clip.ts';

/** A request that the API server refused a ServiceAccount. */
export interface ForbiddenRequest {
  readonly accountNamespace: string;
  readonly account: string;
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
  /** Absent for requests at the cluster scope. */
  readonly namespace?: string;
}

/** https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/handlers/responsewriters/errors.go (forbiddenMessage) */
const FORBIDDEN =
  /User "system:serviceaccount:([a-z0-9-]{1,63}):([a-z0-9.-]{1,253})" cannot ([a-z]{1,30}) resource "([a-z0-9./-]{1,253})" in API group "([a-z0-9.-]{0,253})"(?: in the namespace "([a-z0-9-]{1,63})"| at the cluster scope)?/g;

/** All refused requests of ServiceAccounts that a text tells of. */
export function forbiddenRequests(text: string | undefined): readonly ForbiddenRequest[] {
  const plain = clip(text).replaceAll(String.raw`\"`, '"');
  return [...plain.matchAll(FORBIDDEN)].map((match) => ({
    accountNamespace: match[1] ?? '',
    account: match[2] ?? '',
    verb: match[3] ?? '',
    resource: match[4] ?? '',
    group: match[5] ?? '',
    ...(match[6] === undefined ? {} : { namespace: match[6] }),
  }));
}

/** Whether a program says that it has no token of a ServiceAccount. */
export function lacksToken(text: string | undefined): boolean {
  return /\/var\/run\/secrets\/kubernetes\.io\/serviceaccount\/(?:token|ca\.crt|namespace)\S{0,3}\s?[^\n]{0,80}?(?:no such file|does not exist|not found)|(?:no such file|FileNotFound|not found)[^\n]{0,120}?\/var\/run\/secrets\/kubernetes\.io\/serviceaccount\/|Service token file does(?:n't| not) exist/i.test(
    clip(text),
  );
}
