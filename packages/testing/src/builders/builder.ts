/** An API object in the making. Every word gives a new builder; the old one stays as it was. */
export interface Builder {
  /** The object as the API server would give it. */
  build(): object;
}

/** Name, namespace and labels of an object. */
export interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The controller that owns it. */
  readonly owner?: Owner | undefined;
}

/** A controller of the same namespace. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** When objects of builders were made: long before the moment of the cluster. */
export const CREATED = '2026-11-01T12:00:00Z';

/** Any object: `object('v1', 'ConfigMap', { name: 'app', namespace: 'shop' }, { data: { key: 'value' } })`. */
export function object(
  apiVersion: string,
  kind: string,
  { name, namespace, labels, annotations, owner }: Meta,
  body: object = {},
): Builder {
  return {
    build: () => ({
      apiVersion,
      kind,
      metadata: {
        name,
        ...(namespace !== undefined && { namespace }),
        uid: uidOf(kind, namespace, name),
        creationTimestamp: CREATED,
        ...(labels !== undefined && { labels }),
        ...(annotations !== undefined && { annotations }),
        ...(owner !== undefined && {
          ownerReferences: [{ ...owner, uid: uidOf(owner.kind, namespace, owner.name), controller: true }],
        }),
      },
      ...body,
    }),
  };
}

/** The same for the same object in every cluster. */
function uidOf(kind: string, namespace: string | undefined, name: string): string {
  return `uid-${kind}-${namespace ?? ''}-${name}`.toLowerCase();
}
