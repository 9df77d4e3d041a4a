import { clip } from './clip.ts';

/** A kind that the API server does not know. */
export interface UnknownKind {
  readonly group: string;
  /** Absent where the words do not tell it. */
  readonly version?: string;
  readonly kind: string;
}

/** Reads the kinds that a tool could not find in the API: words of client-go, and those of Argo CD. */
export function unknownKinds(text: string | undefined): readonly UnknownKind[] {
  const words = clip(text);
  const found = new Map<string, UnknownKind>();
  const add = (kind: UnknownKind): void => {
    found.set(`${kind.kind}.${kind.version ?? ''}.${kind.group}`, kind);
  };
  for (const match of words.matchAll(/no matches for kind "([A-Za-z0-9]{1,63})" in version "([a-z0-9./-]{1,253})"/g)) {
    const [group = '', version] = (match[2] ?? '').includes('/') ? (match[2] ?? '').split('/') : ['', match[2]];
    add({ group, kind: match[1] ?? '', ...(version === undefined ? {} : { version }) });
  }
  for (const match of words.matchAll(
    /The Kubernetes API could not find ([a-z0-9.-]{0,253})\/([A-Za-z0-9]{1,63}) for requested resource/g,
  )) {
    add({ group: match[1] ?? '', kind: match[2] ?? '' });
  }
  return [...found.values()];
}

/** An object that cannot be changed, because it says so itself. */
export interface Immutable {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly namespace?: string;
  readonly name: string;
}

/** https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go (ValidateConfigMapUpdate) */
export function immutableObject(text: string | undefined): Immutable | undefined {
  const words = clip(text);
  const match =
    /(ConfigMap|Secret) "([a-z0-9.-]{1,253})" is invalid: [^\n]{0,400}?field is immutable when `?immutable`? is set/.exec(
      words,
    );
  const name = match?.[2];
  if (name === undefined) return undefined;
  const kind = match?.[1] === 'Secret' ? 'Secret' : 'ConfigMap';
  const namespace = new RegExp(String.raw`${kind}/([a-z0-9-]{1,63})/${name.replaceAll('.', String.raw`\.`)}\b`).exec(
    words,
  )?.[1];
  return { kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** An object as Flux writes it in its messages: `Deployment/prod/api`. */
export interface NamedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The objects that a tool waits for or could not apply, as its words name them. */
export function namedObjects(text: string | undefined): readonly NamedObject[] {
  const found = new Map<string, NamedObject>();
  for (const match of clip(text).matchAll(/\b([A-Z][A-Za-z]{2,62})\/([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})/g)) {
    const [whole, kind = '', namespace = '', name = ''] = match;
    found.set(whole, { kind, namespace, name: name.replace(/[.-]+$/, '') });
  }
  return [...found.values()];
}

/** The objects of its own kind that a Flux object waits for: `dependency 'flux-system/infra' is not ready`. */
export function namedDependencies(text: string | undefined): readonly Omit<NamedObject, 'kind'>[] {
  return [...clip(text).matchAll(/dependency '([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})'/g)].map((match) => ({
    namespace: match[1] ?? '',
    name: match[2] ?? '',
  }));
}

/** Whether a tool gave up waiting for what it had applied, as against failing to apply it. */
export function isWaiting(text: string | undefined): boolean {
  return /deadline exceeded|timed? ?out|not ready|InProgress|[Hh]ealth ?check|retries exhausted|backoff limit|BackoffLimitExceeded|failed early/.test(
    clip(text),
  );
}
