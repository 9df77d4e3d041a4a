import { type CommandArgument } from '@kroot/types';
import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CommandError, parseKubectl } from './kubectl-call.ts';

const parse = (text: string): ReturnType<typeof parseKubectl> => parseKubectl({ argv: text.split(' ') });

describe('parseKubectl', () => {
  test.each<[string, string, string | undefined, readonly string[], Readonly<Record<string, readonly string[]>>]>([
    ['kubectl -n shop scale deployment/api --replicas=2', 'scale', 'shop', ['deployment/api'], { replicas: ['2'] }],
    ['kubectl scale deployment/api --replicas 2 -n shop', 'scale', 'shop', ['deployment/api'], { replicas: ['2'] }],
    ['kubectl set image deployment/a set=x:1', 'set image', undefined, ['deployment/a', 'set=x:1'], {}],
    ['kubectl set resources deploy/a -c x', 'set resources', undefined, ['deploy/a'], { containers: ['x'] }],
    ['kubectl logs api -c x --previous', 'logs', undefined, ['api'], { container: ['x'], previous: [''] }],
    ['kubectl exec api -- ls -l', 'exec', undefined, ['api', 'ls', '-l'], {}],
    ['kubectl taint node w1 a=b:NoSchedule-', 'taint', undefined, ['node', 'w1', 'a=b:NoSchedule-'], {}],
    [
      'kubectl create secret generic s --from-literal=a=1 --from-literal=b=2',
      'create secret generic',
      undefined,
      ['s'],
      { 'from-literal': ['a=1', 'b=2'] },
    ],
  ])('%s', (text, name, namespace, operands, flags) => {
    const call = parse(text);
    const given = Object.fromEntries([...call.flags].filter(([flag]) => flag !== 'namespace'));
    expect({ ...call, flags: given }).toMatchObject({ name, namespace, operands, flags });
  });

  test('a secret value is no part of the words', () => {
    const value: CommandArgument = { prefix: '--from-literal=a=', secret: 'S_A' };
    const argv = ['kubectl', 'create', 'secret', 'generic', 's', value];
    expect(parseKubectl({ argv }).flags.get('from-literal')).toEqual(['a=*']);
  });

  test('a dry run only looks', () => {
    expect(parse('kubectl label ns shop a=b --dry-run=server').does).toBe('look');
    expect(parse('kubectl label ns shop a=b --dry-run=none').does).toBe('change');
  });

  test.each([
    'helm upgrade x',
    'kubectl',
    'kubectl frobnicate x',
    'kubectl create pod x',
    'kubectl delete pod x --everything',
    'kubectl scale deployment/api --replicas',
    'kubectl rollout pause deployment/api',
  ])('refuses %s', (text) => {
    expect(() => parse(text)).toThrow(CommandError);
  });

  test('gives a call or says what it does not understand, whatever the words', () => {
    const word = oneof(
      string(),
      constantFrom('kubectl', '-n', '--', 'patch', 'get', '-p', '--type=json', 'set', 'image'),
    );
    assert(
      property(array(word), (argv) => {
        expect(outcomeOf(argv)).toMatch(/^understood|^CommandError/);
      }),
    );
  });
});

function outcomeOf(argv: readonly string[]): string {
  try {
    return parseKubectl({ argv }).operands.length <= argv.length ? 'understood' : 'too many operands';
  } catch (error) {
    return error instanceof CommandError ? 'CommandError' : String(error);
  }
}
