import { describe, expect, test } from 'vitest';
import { classifyImageError, contactedHost, lastWords, unresolvedHost } from './image-error.ts';
import { imageNameMistake, imageReference } from './image-reference.ts';

const PULL = 'failed to pull and unpack image "h/a:1": failed to resolve reference "h/a:1": ';

test.each([
  ['not-found', `rpc error: code = NotFound desc = ${PULL}h/a:1: not found`],
  ['not-found', 'Error response from daemon: manifest for h/a:1 not found: manifest unknown: manifest unknown'],
  ['not-found', "name unknown: The repository with name 'a' does not exist in the registry with id '1'"],
  [
    'platform',
    `rpc error: code = NotFound desc = failed to pull and unpack image "h/a:1": no match for platform in manifest: not found`,
  ],
  ['platform', 'no matching manifest for linux/arm64/v8 in the manifest list entries'],
  [
    'tls',
    `${PULL}failed to authorize: failed to fetch anonymous token: Get "https://auth.docker.io/token": x509: certificate signed by unknown authority`,
  ],
  ['tls', `${PULL}failed to do request: Head "https://h/v2/a": http: server gave HTTP response to HTTPS client`],
  [
    'tls',
    `${PULL}failed to do request: Head "https://h/v2/a": tls: failed to verify certificate: x509: certificate has expired or is not yet valid`,
  ],
  [
    'rate-limit',
    'failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/a/manifests/sha256:1: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.',
  ],
  [
    'dns',
    `${PULL}failed to do request: Head "https://corp.internal/v2/a": dial tcp: lookup corp.internal on 10.0.0.2:53: no such host`,
  ],
  [
    'dns',
    `${PULL}failed to authorize: failed to fetch anonymous token: Get "https://auth.h/token": dial tcp: lookup auth.h: Temporary failure in name resolution`,
  ],
  [
    'unauthorized',
    `${PULL}failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://h/token: 401 Unauthorized`,
  ],
  ['unauthorized', 'Head "https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/a/manifests/1": no basic auth credentials'],
  [
    'unauthorized',
    `${PULL}failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://h/v2/token?scope=repository%3Aa%3Apull&service=h: 403 Forbidden`,
  ],
  [
    'denied',
    `${PULL}failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://h/token: 403 Forbidden`,
  ],
  [
    'denied',
    `${PULL}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
  ],
  [
    'denied',
    `${PULL}unexpected status from HEAD request to https://mirror/v2/a/manifests/1?ns=docker.io: 403 Forbidden`,
  ],
  [
    'dns',
    `${PULL}failed to do request: Head "https://h/v2/a": lookup h on 10.0.0.2:53: read udp 10.0.0.9:1->10.0.0.2:53: i/o timeout`,
  ],
  ['denied', 'Error response from daemon: unauthorized: access to the requested resource is not authorized'],
  ['network', `${PULL}failed to do request: Head "https://h/v2/a": dial tcp 10.9.9.9:443: i/o timeout`],
  ['network', `${PULL}failed to do request: Head "https://h/v2/a": net/http: TLS handshake timeout`],
  [
    'network',
    `${PULL}failed to authorize: failed to fetch oauth token: Post "https://h/token": dial tcp 10.9.9.9:443: connect: connection refused`,
  ],
  ['unavailable', `${PULL}unexpected status from HEAD request to https://h/v2/a/manifests/1: 503 Service Unavailable`],
  ['disk', 'failed to extract layer sha256:1: write /var/lib/containerd/x: no space left on device: unknown'],
  [
    'schema1',
    'media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.1, please rebuild the image',
  ],
  ['signature', 'image pull failed for h/a:1 because the signature validation failed'],
  [undefined, 'Back-off pulling image "h/a:1"'],
  [undefined, undefined],
])('classifies as %s: %s', (expected, text) => {
  expect(classifyImageError(text)).toBe(expected);
});

test('finds the hosts that a message names', () => {
  const text = `${PULL}failed to do request: Head "https://corp.internal:5000/v2/a": dial tcp: lookup corp.internal on 10.0.0.2:53: no such host`;
  expect(contactedHost(text)).toBe('corp.internal:5000');
  expect(unresolvedHost(text)).toBe('corp.internal');
  expect(lastWords(text)).toBe(
    'failed to do request: Head "https://corp.internal:5000/v2/a": dial tcp: lookup corp.internal on 10.0.0.2:53: no such host',
  );
});

test('reads hostile text in linear time', () => {
  const started = performance.now();
  classifyImageError(`unexpected status ${'lookup a'.repeat(200_000)}`);
  classifyImageError('unexpected status'.repeat(100_000));
  expect(performance.now() - started).toBeLessThan(500);
});

describe('imageReference', () => {
  test.each([
    ['nginx', { host: 'docker.io', repository: 'library/nginx' }],
    ['redis:7', { host: 'docker.io', repository: 'library/redis', tag: '7' }],
    ['bitnami/redis:7', { host: 'docker.io', repository: 'bitnami/redis', tag: '7' }],
    ['localhost:5000/a:1', { host: 'localhost:5000', repository: 'a', tag: '1' }],
    ['ghcr.io/x/y', { host: 'ghcr.io', repository: 'x/y' }],
    ['quay.io/x/y@sha256:00', { host: 'quay.io', repository: 'x/y', digest: 'sha256:00' }],
  ])('takes %s apart', (image, expected) => {
    expect(imageReference(image)).toEqual(expected);
  });

  test.each([
    ['map[name:jupyter/base tag:1]', 'holds a whole mapping printed where a name belongs'],
    ['api:${TAG}', 'holds a variable that nothing replaced'],
    ['api:{{ .Values.tag }}', 'holds a template expression that nothing rendered'],
    ['repo/Api:1', 'has capital letters in its repository, which registries do not allow'],
    ['repo/api:', 'ends where a tag should follow'],
    ['repo/api:1:2', 'has more than one tag'],
    ['https://repo/api:1', 'begins with a URL scheme, which an image name never has'],
    ['repo/api: 1', 'holds white space'],
  ])('names the mistake in %s', (image, expected) => {
    expect(imageNameMistake(image)).toBe(expected);
  });
});
