import { type Command } from '@kroot/types';
import { expect, test } from 'vitest';
import { formatCommand, type CommandOptions } from './format-command.ts';

const create: Command = {
  argv: [
    'kubectl',
    '-n',
    'prod',
    'create',
    'secret',
    'generic',
    'db',
    { prefix: '--from-literal=password=', secret: 'DB_PASS' },
  ],
};

const printed: readonly (readonly [string, Command, CommandOptions, string])[] = [
  ['a secret as a variable', create, {}, 'kubectl -n prod create secret generic db --from-literal=password="$DB_PASS"'],
  ['a context', { argv: ['kubectl', 'get', 'pod'] }, { context: 'a b' }, "kubectl --context 'a b' get pod"],
  ['no context for others', { argv: ['helm', 'list'] }, { context: 'a' }, 'helm list'],
  [
    'quotes',
    { argv: ['kubectl', 'x', "it's", '', 'a$b', 'k=v', '::x'] },
    {},
    String.raw`kubectl x 'it'\''s' '' 'a$b' k=v '::x'`,
  ],
  [
    'continued lines',
    create,
    { width: 50 },
    'kubectl -n prod create secret generic db \\\n  --from-literal=password="$DB_PASS"',
  ],
  [
    'a heredoc',
    { argv: ['kubectl', 'apply', '-f', '-'], input: 'a: 1\nEOF\n' },
    {},
    "kubectl apply -f - <<'EOF_'\na: 1\nEOF\nEOF_",
  ],
];

test.for(printed)('prints %s', ([, command, options, text]) => {
  expect(formatCommand(command, options)).toBe(text);
});

test.for<readonly [string, Command]>([
  ['nothing', { argv: [] }],
  ['control characters', { argv: ['kubectl', 'x\x1b[1m'] }],
  ['a newline', { argv: ['kubectl', 'x\ny'] }],
  ['bidi', { argv: ['kubectl', 'x\u202Ey'] }],
  ['a placeholder', { argv: ['kubectl', 'delete', 'pod', '<pod-name>'] }],
  ['a placeholder in a prefix', { argv: ['kubectl', { prefix: '--from-literal=<key>=', secret: 'X' }] }],
  ['a variable that is none', { argv: ['kubectl', { prefix: '', secret: 'X"; rm -rf /' }] }],
  ['a CI command', { argv: ['kubectl', '##vso[task.setvariable]'] }],
  ['input with control characters', { argv: ['kubectl'], input: 'a\x1b' }],
  ['input that a CI runner would obey', { argv: ['kubectl'], input: 'a\n  ::error::x' }],
])('refuses %s', ([, command]) => {
  expect(formatCommand(command)).toBeUndefined();
});
