import { connect, listContexts, type ConnectionFlags } from '@kroot/cluster';
import { builtinKind } from '@kroot/types';
import { environmentOf } from '../live/environment.ts';
import { type Streams } from '../streams.ts';

/** What has been typed of the options that say which cluster. */
export type TypedValues = ReadonlyMap<string, string>;

const LIMIT_MS = 2000;
const MOST = 500;
const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** Contexts of the kubeconfig; nothing when there is none. */
export async function contexts(values: TypedValues, streams: Streams): Promise<readonly string[]> {
  return quietly(() => listContexts(flagsOf(values), silent(streams)));
}

/** Names of objects in the namespace that was typed, or the context's. Nobody waits long for them, and nobody sees it fail. */
export async function names(kind: string, values: TypedValues, streams: Streams): Promise<readonly string[]> {
  const known = builtinKind(kind);
  if (known === undefined) return [];
  return quietly(async () => {
    const connection = await connect(flagsOf(values), silent(streams));
    try {
      const group = known.group === '' ? `/api/${known.version}` : `/apis/${known.group}/${known.version}`;
      const namespace = values.get('namespace') ?? connection.namespace;
      const scope = known.namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
      const path = `${group}${scope}/${known.resource}?limit=${MOST}`;
      const signal = AbortSignal.timeout(LIMIT_MS);
      const { body } = await connection.transport.get(path, { accept: METADATA_ONLY, signal });
      return namesIn(JSON.parse(Buffer.from(body).toString('utf8')));
    } finally {
      await connection.transport.close();
    }
  });
}

function namesIn(list: unknown): readonly string[] {
  const items: unknown = member(list, 'items');
  if (!Array.isArray(items)) return [];
  // A shell would act on anything else.
  return items
    .map((item: unknown) => member(member(item, 'metadata'), 'name'))
    .filter((name) => typeof name === 'string')
    .filter((name) => /^[\w.:-]+$/.test(name));
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function flagsOf(values: TypedValues): ConnectionFlags {
  return {
    kubeconfig: values.get('kubeconfig'),
    context: values.get('context'),
    cluster: values.get('cluster'),
    user: values.get('user'),
    server: values.get('server'),
    token: values.get('token'),
    as: values.get('as'),
    certificateAuthority: values.get('certificate-authority'),
    clientCertificate: values.get('client-certificate'),
    clientKey: values.get('client-key'),
    tlsServerName: values.get('tls-server-name'),
    insecureSkipTlsVerify: values.get('insecure-skip-tls-verify') === 'true',
    requestTimeout: '2s',
  };
}

/** Nothing may be written or asked while somebody types. */
function silent(streams: Streams): ReturnType<typeof environmentOf> {
  return { ...environmentOf(streams), stderr: { write: () => true }, interactive: false };
}

async function quietly(find: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const late = new Promise<readonly string[]>((resolve) => {
    setTimeout(() => {
      resolve([]);
    }, LIMIT_MS).unref();
  });
  return Promise.race([find().catch(() => []), late]);
}
