import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMAT_NAMES } from './output/formats.ts';
import { brokenShop, kroot } from './run.test.support.ts';

describe('wrong usage is one line on standard error and exit code 2', () => {
  it.each<[string, string]>([
    ['diagnos', 'unknown argument "diagnos"; did you mean diagnose?'],
    ['paint', 'unknown argument "paint"; see kroot --help'],
    ['diagnose', 'say what to diagnose: kroot diagnose cluster, pod NAME or KIND/NAME'],
    ['diagnose pod', 'say which pod: kroot diagnose pod NAME'],
    ['diagnose pod one two', 'unknown argument "two"; see kroot diagnose --help'],
    ['diagnose clster', '"clster" is no KIND/NAME: give one such as deploy/web, or `cluster` for everything'],
    ['diagnose deploy/', '"deploy/" is no KIND/NAME: give one such as deploy/web, or `cluster` for everything'],
    ['diagnose a/b/c/d', '"a/b/c/d" is no KIND/NAME: give one such as deploy/web, or `cluster` for everything'],
    ['diagnose cluster --outptu json', 'unknown option --outptu; did you mean --output?'],
    ['diagnose cluster --zzz', 'unknown option --zzz; see kroot diagnose --help'],
    ['diagnose cluster -z', 'unknown option -z; see kroot diagnose --help'],
    ['diagnose cluster -f', '-f needs a value; see kroot diagnose --help'],
    ['diagnose cluster -o xml', `--output takes ${FORMAT_NAMES.join(', ')}, not "xml"`],
    ['diagnose cluster -o jsn', `--output takes ${FORMAT_NAMES.join(', ')}, not "jsn"; did you mean json?`],
    [
      'diagnose cluster -o sarif -o json',
      'standard output takes one format, not sarif and json; write one to a file: -o json=FILE',
    ],
    ['diagnose cluster -o json=x -o sarif=x', `two formats for one file: ${resolve('x')}; name another one`],
    ['diagnose cluster -o json=', '-o json= needs the name of a file'],
    ['tree', 'say of what: kroot tree KIND/NAME, such as deploy/web'],
    ['render', 'say which report: kroot render FILE; kroot diagnose … -o json prints one'],
    ['render nowhere.json', 'nowhere.json: there is no such file; name what kroot diagnose -o json has printed'],
    [
      'diagnose cluster --fail-on sometimes',
      '--fail-on takes "critical", "warning", "info", "new", "never", not "sometimes"',
    ],
    ['diagnose cluster --color=maybe', '--color takes "always", "never", "auto", not "maybe"'],
    ['capture --forse', 'unknown option --forse; did you mean --force?'],
    ['capture -o', '-o needs a value; see kroot capture --help'],
    [
      'capture --print-script -n UPPER',
      '--namespace takes a name of lower-case letters, digits and dashes, not "UPPER"',
    ],
    ['rbac -n $(id)', '--namespace takes a name of lower-case letters, digits and dashes, not "$(id)"'],
    ['rbac -o toml', '--output takes "yaml", "json", not "toml"'],
    ['netpol', 'say what to do: kroot netpol list, explain SRC DST [PORT] or diff A B'],
    ['netpol lst', 'unknown argument "lst"; did you mean list?'],
    ['netpol explain a', 'say what to do: kroot netpol list, explain SRC DST [PORT] or diff A B'],
    ['netpol explain a b 99999', '"99999" is no port: give a number of the pod, such as 8080 or 53/udp'],
    ['netpol explain a b http', '"http" is no port: give a number of the pod, such as 8080 or 53/udp'],
    ['netpol explain a b 80/icmp', '"80/icmp" is no port: give a number of the pod, such as 8080 or 53/udp'],
    ['path a', 'say from where to where: kroot path FROM TO[:PORT], such as deploy/web svc/db:5432'],
    ['netpol list -o xml', '--output takes "text", "json", "csv", not "xml"'],
    ['netpol diff a', 'say what to do: kroot netpol list, explain SRC DST [PORT] or diff A B'],
    ['netpol diff - -', 'only one of the two can be standard input'],
    ['explain', 'say which rule: kroot explain RULE; kroot rules lists them'],
    [
      'explain secret-missing',
      'there is no rule "secret-missing"; did you mean secret-missing-env or secret-missing-volume?',
    ],
    ['explain zzzzzzzz', 'there is no rule "zzzzzzzz"; see kroot rules'],
    ['completion', 'say for which shell: kroot completion bash, zsh, fish or kubectl'],
    ['completion tcsh', '--shell takes "bash", "zsh", "fish", "kubectl", not "tcsh"'],
    ['diagnose cluster --timeout soon', '--timeout takes a duration such as 30, 90s or 2m, not "soon"'],
    [
      'diagnose cluster -f x --capture y',
      '--capture writes what a cluster gave; with --context-file there is nothing to write',
    ],
  ])('kroot %s', async (line, message) => {
    expect(await kroot(line.split(' '))).toEqual({ code: 2, stdout: '', stderr: `kroot: ${message}\n` });
  });

  it('what the user wrote cannot act on the terminal', async () => {
    const { stderr } = await kroot(['diagnose', '\u001b[2Jx\ny']);
    expect(stderr).toMatch(/^kroot: "\\x1b\[2Jx y" is no KIND\/NAME.*\n$/);
  });

  it('an error within kroot is one line as well, and says so', async () => {
    const broken = {
      write: (): never => {
        throw new TypeError('boom');
      },
    };
    const { main } = await import('./main.ts');
    const err: string[] = [];
    const code = await main(['diagnose', 'cluster', '-q', '-f', brokenShop], {
      stdout: broken,
      stderr: { write: (text) => err.push(text) },
      stdin: (async function* none() {})(),
      env: {},
      cwd: '.',
    });
    expect([code, err]).toEqual([
      2,
      ['kroot: internal error: boom (please report it, with the input if you can share it)\n'],
    ]);
  });
});

describe('of an option that is given twice the last one counts', () => {
  it.each([
    ['-o json --output=json', '{'],
    ['--fail-on info --fail-on never', '✖'],
    ['-q --quiet', '✖'],
  ])('%s', async (options, start) => {
    const { stdout } = await kroot(['diagnose', 'cluster', '-f', brokenShop, ...options.split(' ')]);
    expect(stdout.slice(0, 1)).toBe(start);
  });
});
