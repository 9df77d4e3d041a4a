import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LOG_LIMITS, logLines } from './log-tail.ts';

const lines = (text: string): readonly string[] => logLines(Buffer.from(text));

describe('logLines', () => {
  test.each([
    ['plain lines', 'a\nb\n', ['a', 'b']],
    ['colours and bells', '\u001b[31mfatal\u001b[0m\u0007: gone\r\n', ['fatal: gone']],
    ['time stamps of the runtime', '2026-03-10T09:58:11.123456789Z stderr F fatal: gone', ['fatal: gone']],
    ['time stamps of kubectl', '2026-03-10T09:58:11.1Z fatal: gone', ['fatal: gone']],
    ['text that runs backwards', 'a\u202eb', ['ab']],
    [
      'a password in a URL',
      'dial postgres://app:hunter22@db:5432/orders',
      ['dial postgres://app:[redacted]@db:5432/orders'],
    ],
    ['a setting', 'using password=hunter22 for app', ['using password=[redacted] for app']],
    ['basic authentication', 'Authorization: Basic YXBwOmh1bnRlcjIy', ['Authorization: Basic [redacted]']],
    ['a bearer', 'authorization="Bearer abcdef123456"', ['authorization="Bearer [redacted]"']],
    ['a key of AWS', 'key AKIAIOSFODNN7EXAMPLE denied', ['key [redacted] denied']],
    ['a token of whatever kind', `got ${'aB3'.repeat(30)} back`, ['got [redacted] back']],
    [
      'a private key',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nend',
      ['[redacted]', 'end'],
    ],
    [
      'a private key whose lines have time stamps',
      ['-----BEGIN PRIVATE KEY-----', 'MIIE', 'abc', '-----END PRIVATE KEY-----', 'end']
        .map((line) => `2026-03-10T09:58:11.1Z ${line}`)
        .join('\n'),
      ['[redacted]', 'end'],
    ],
    ['the rest of a private key', 'MIIE\nabc=\n-----END PRIVATE KEY-----\nend', ['[redacted]', 'end']],
    [
      'a private key with headers',
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nabc\n-----END RSA PRIVATE KEY-----\nend',
      ['[redacted]', 'end'],
    ],
    ['a name of a setting with a zero byte in it', 'pass\u0000word=hunter22', ['password=[redacted]']],
    ['a token in JSON', '{"token":"hunter22","user":"app"}', ['{"token":[redacted],"user":"app"}']],
    ['a token that is a setting', 'GET /x?token=hunter22&y=1', ['GET /x?token=[redacted]&y=1']],
    ['words about tokens', 'token expired: secret shop/api not found', ['token expired: secret shop/api not found']],
    ['the cut line of a log without others', 'x '.repeat(10_000), []],
    ['nothing', '', []],
  ])('%s', (_, text, expected) => {
    expect(lines(text)).toEqual(expected);
  });

  test('keeps the end, whole lines, and no more than the limits', () => {
    const many = Array.from({ length: 5000 }, (_, i) => `line ${i} ${'x '.repeat(300)}`).join('\n');
    const kept = lines(many);
    expect(kept.at(-1)?.startsWith('line 4999 ')).toBe(true);
    expect(kept.every((line) => line.startsWith('line ') && line.length <= LOG_LIMITS.columns)).toBe(true);
    expect(kept.length).toBeLessThanOrEqual(LOG_LIMITS.lines);
  });

  test('bytes that are no text do no harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
        // oxlint-disable-next-line no-control-regex -- what must not be there
        expect(logLines(bytes).every((line) => !/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line))).toBe(true);
      }),
    );
  });

  const before = fc.stringMatching(/^[ -~]{0,40}$/);
  const plain = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{7,40}$/);
  /** Everything that a generator of passwords may use. */
  const hostile = fc.stringMatching(/^[A-Za-z][!-~]{6,30}[0-9a-z]$/);
  /** Without what ends the place itself. */
  const without = (characters: RegExp): fc.Arbitrary<string> =>
    hostile.map((value) => value.replaceAll(characters, '-')).filter((value) => !value.includes('--'));

  test.each<readonly [string, fc.Arbitrary<string>, (secret: string) => string]>([
    ['a setting of a shell', hostile, (s) => `password=${s}`],
    ['a setting in JSON', hostile, (s) => JSON.stringify({ user: 'app', password: s })],
    ['JSON in JSON', plain, (s) => JSON.stringify(JSON.stringify({ password: s, x: 1 }))],
    ['YAML', hostile, (s) => `secret: ${s}`],
    ['a token of YAML', hostile, (s) => `token: ${s}`],
    ['camel case', hostile, (s) => `dbPass: ${s}`],
    ['dots', hostile, (s) => `db.pass: ${s}`],
    ['Java properties', hostile, (s) => `spring.datasource.password=${s}`],
    ['a hash of Ruby', without(/["\\]/g), (s) => `{:password=>"${s}"}`],
    ['arrows', without(/["\\]/g), (s) => `password => "${s}"`],
    ['a walrus', hostile, (s) => `token := ${s}`],
    ['an option', hostile, (s) => `psql --password ${s} -h db`],
    ['an option of mysql', hostile, (s) => `mysql -u root -p${s} orders`],
    ['a key of an API', hostile, (s) => `api_key: ${s}`],
    ['a part of a query', plain, (s) => `client-secret=${s}&x=1`],
    ['an encoded query', plain, (s) => `client_secret%3D${s}`],
    ['a bearer', plain, (s) => `Authorization: Bearer ${s}`],
    ['an authorization of its own', plain, (s) => `Authorization: ${s}`],
    ['a cookie', hostile, (s) => `Cookie: session=${s}; theme=dark`],
    ['a cookie that is set', hostile, (s) => `< Set-Cookie: sid=${s}; Path=/`],
    ['the password of Redis', hostile, (s) => `redis://:${s.replaceAll(/["'][,}\]:]|:\/\//g, 'x')}@cache:6379/0`],
    ['a URL', hostile, (s) => `mysql://root:${s.replaceAll(/["'][,}\]:]|:\/\//g, 'x')}@db/orders`],
    ['a URL without a user', without(/[/:@'"]/g), (s) => `redis://${s}@cache`],
    ['a SAS of Azure', plain, (s) => `https://x.blob.core.windows.net/y?sv=2&sig=${s}&se=3`],
    ['an account of Azure', plain, (s) => `AccountName=x;AccountKey=${s}==;EndpointSuffix=y`],
    ['a signature of S3', plain, (s) => `GET https://s3/x?X-Amz-Signature=${s}`],
    ['a setting of .NET', plain, (s) => `Server=db;User Id=sa;Pwd=${s};`],
    ['an access token', plain, (s) => `access_token=${s}`],
    ['a zero byte in the name', plain, (s) => `pass\u0000word=${s}`],
    ['a colour in the name', plain, (s) => `pass\u001b[0mword=${s}`],
    ['a key of Stripe', plain, (s) => `using sk_live_${s}`],
    ['a key of Google', plain.map((s) => s.padEnd(20, 'x')), (s) => `key AIza${s}`],
    ['a token of Vault', plain, (s) => `hvs.${s}`],
    ['a token of Slack', plain, (s) => `xoxb-${s}`],
    ['a cut web token', plain.map((s) => s.padEnd(12, 'x')), (s) => `eyJhbGciOiJIUzI1NiJ9.${s}`],
    ['a key in words', plain.map((s) => `${s}7`), (s) => `secret access key ${s}`],
    ['a variable of a container in JSON', plain, (s) => JSON.stringify({ name: 'DB_PASSWORD', value: s })],
    ['a variable of a container in YAML', plain, (s) => `- name: DB_PASSWORD\n  value: ${s}`],
    ['an element of XML', without(/[<>]/g), (s) => `<user>app</user><password>${s}</password>`],
    ['an attribute of XML', plain, (s) => `<add key="DbPassword" value="${s}"/>`],
    ['a map of Go', without(/[\]]/g), (s) => `map[password:${s} user:app]`],
    ['a struct of Go', without(/["\\]/g), (s) => `&{User:"app", Password:"${s}"}`],
    ['a list of headers', plain, (s) => `Authorization=[Bearer ${s}]`],
    ['a list of headers in JSON', plain, (s) => JSON.stringify({ authorization: [`Bearer ${s}`] })],
    ['a variable without a sign', plain.map((s) => `${s}7`), (s) => `MYSQL_ROOT_PASSWORD ${s}`],
    ['a key of Rails', plain, (s) => `SECRET_KEY_BASE=${s}`],
    ['a key of Laravel', plain, (s) => `APP_KEY=base64:${s}`],
    ['the password of a directory', plain, (s) => `bindpw=${s}`],
    ['the user of curl', plain, (s) => `+ curl -s -u admin:${s} http://x`],
    ['an option of Redis', plain, (s) => `redis-cli -h cache -a ${s} ping`],
    ['a setting of Redis', plain, (s) => `requirepass ${s}`],
    ['a statement of SQL', plain, (s) => `CREATE USER app WITH PASSWORD '${s}'`],
    ['a statement of MySQL', plain, (s) => `CREATE USER app IDENTIFIED BY '${s}'`],
    ['a thin driver', plain, (s) => `jdbc:oracle:thin:scott/${s}@//db:1521/ORCL`],
    ['an account of a registry', plain.map((s) => s.padEnd(12, 'x')), (s) => `{"auths":{"reg":{"auth":"${s}=="}}}`],
    ['a hook of a chat', plain, (s) => `POST https://hooks.slack.com/services/T0/B0/${s}`],
    ['words of a database', plain, (s) => `failed to connect to \`host=db user=app password=${s} database=x\``],
    ['a bus of Azure', plain, (s) => `Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey=${s}=`],
    ['a key in one line', plain, (s) => `"-----BEGIN PRIVATE KEY-----\\nMIIE${s}\\n-----END PRIVATE KEY-----\\n"`],
    ['a key that is cut', plain, (s) => `-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn${s}`],
    ['a password in words', plain.map((s) => `${s}7`), (s) => `the password is ${s}`],
  ])('a secret never stays: %s', (_, secrets, put) => {
    fc.assert(
      fc.property(secrets, before, (value, front) => {
        // What stands in front must not make another word of the place, nor hold the value itself.
        fc.pre(!front.includes(value));
        const kept = lines(`${front} ${put(value)}`).join('\n');
        expect(kept).not.toContain(value);
        expect(kept).not.toContain(JSON.stringify(value).slice(1, -1));
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    'FATAL: password authentication failed for user "app"',
    "Access denied for user 'app'@'10.0.0.1'",
    'secret "db-creds-7" not found in namespace shop',
    'dial tcp db:5432: connect: connection refused',
    'token: expired, log in again',
    'invalid token: signature is invalid',
    'could not get token: 401 Unauthorized',
    'sh: DB_PASSWORD: parameter not set',
    'entrypoint.sh: line 3: DB_PASSWORD: unbound variable',
    'DB_PASSWORD: must be set',
    'required environment variable API_KEY not set',
    'required key DB_PASSWORD missing value',
    'ERR AUTH <password> called without any password configured',
    'open /var/run/secrets/kubernetes.io/serviceaccount/token: permission denied',
    'kubectl run -p 8080 -port=80 -path /x',
    'postgres://api@db:5432/orders',
    'open http://auth:8080/login?next=/x',
  ])('what explains a failure stays: %s', (text) => {
    expect(lines(text)).toEqual([text]);
  });

  test('stays linear on hostile text', () => {
    const started = performance.now();
    for (const text of ['password=', 'pass:"', '://a:', '-p', 'token ', 'a=,b', 'cookie: ', 'eyJ.', '"\\'])
      lines(text.repeat(16_384 / text.length));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
