/** A request that kroot never sends. It is a mistake of the caller, not of the cluster. */
class RefusedRequestError extends Error {
  override readonly name = 'RefusedRequestError';
  readonly code = 'KROOT_API_REFUSED';
}

const WORD = '[a-z0-9]([-a-z0-9.]*[a-z0-9])?';
const RESOURCE = '(?!(?:proxy|watch|redirect)(?:/|$))[a-z][a-z0-9-]*';
/** Names of RBAC objects hold colons; anything unusual comes percent-encoded. */
const NAME = "[A-Za-z0-9._~:!$&'()*+,;=@%-]+";

/**
 * What may be read: versions, discovery, lists and single objects. No subresource but `log`, so neither `proxy`, `exec`,
 * `attach` nor `portforward`, which a GET can use to act.
 */
const READABLE = new RegExp(
  `^/(?:version|api|apis|api/v1|apis/${WORD}(?:/v[0-9a-z]+)?` +
    `|(?:api/v1|apis/${WORD}/v[0-9a-z]+)/(?:namespaces/${NAME}/)?${RESOURCE}(?:/${NAME})?)$`,
);

/** The one subresource: the last lines of a container, when the user asks for logs. Never followed. */
const LOG = new RegExp(`^/api/v1/namespaces/${NAME}/pods/${NAME}/log$`);
const LOG_PARAMETERS: ReadonlySet<string> = new Set(['container', 'limitBytes', 'previous', 'tailLines']);

/** The only POSTs: questions about oneself that the server answers and does not store. */
const REVIEWS: ReadonlySet<string> = new Set([
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
  '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
  '/apis/authentication.k8s.io/v1/selfsubjectreviews',
  '/apis/authentication.k8s.io/v1beta1/selfsubjectreviews',
]);

const PARAMETERS: ReadonlySet<string> = new Set([
  'continue',
  'fieldSelector',
  'includeObject',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'timeoutSeconds',
]);

const SECRETS = /^\/api\/v1\/(?:namespaces\/[^/]+\/)?secrets(?:\/|$)/;
const WITHOUT_VALUES = /^application\/json;as=(?:Table|PartialObjectMetadata(?:List)?);/;

/** Throws unless kroot may send this. */
export function assertAllowed(method: 'GET' | 'POST', target: string, accept: string): void {
  const [path = '', query = '', ...rest] = target.split('?');
  const allowed =
    rest.length === 0 &&
    (method === 'GET'
      ? (READABLE.test(path) || LOG.test(path)) && path.split('/').every(isPlain)
      : REVIEWS.has(path) && query === '');
  if (!allowed) throw new RefusedRequestError(`kroot never sends ${method} ${path}`);
  const parameters = new URLSearchParams(query);
  const known = LOG.test(path) ? LOG_PARAMETERS : PARAMETERS;
  for (const name of parameters.keys()) {
    if (!known.has(name)) throw new RefusedRequestError(`kroot never sends ${method} ${path} with "${name}"`);
  }
  // Values of Secrets never enter the process: a Table of rows, or metadata alone.
  const wholeRows = parameters.getAll('includeObject').includes('Object');
  if (SECRETS.test(path) && (wholeRows || !accept.split(',').every((type) => WITHOUT_VALUES.test(type.trim())))) {
    throw new RefusedRequestError(`kroot never asks for the values of Secrets (${method} ${path})`);
  }
}

/** A segment that means the same to every server and proxy on the way. */
function isPlain(segment: string): boolean {
  try {
    const decoded = decodeURIComponent(segment);
    // oxlint-disable-next-line no-control-regex -- they are what is refused
    return decoded !== '.' && decoded !== '..' && !/[/\\\u0000-\u001f\u007f]/.test(decoded);
  } catch {
    return false;
  }
}
