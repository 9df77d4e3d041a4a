import { expect, test } from 'vitest';
import { forbiddenRequests, lacksToken } from './forbidden.ts';

test.each([
  [
    'deployments.apps is forbidden: User "system:serviceaccount:shop:deployer" cannot list resource "deployments" in API group "apps" in the namespace "shop"',
    [
      {
        accountNamespace: 'shop',
        account: 'deployer',
        verb: 'list',
        resource: 'deployments',
        group: 'apps',
        namespace: 'shop',
      },
    ],
  ],
  [
    'failed to list *v1.Node: nodes is forbidden: User \\"system:serviceaccount:ops:scan\\" cannot list resource \\"nodes\\" in API group \\"\\" at the cluster scope',
    [{ accountNamespace: 'ops', account: 'scan', verb: 'list', resource: 'nodes', group: '' }],
  ],
  ['pods "x" is forbidden: exceeded quota: q', []],
])('requests in %j', (text, expected) => {
  expect(forbiddenRequests(text)).toEqual(expected);
});

test.each([
  ['open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory', true],
  ['kubernetes.config.config_exception.ConfigException: Service token file does not exist.', true],
  [
    "FileNotFoundError: [Errno 2] No such file or directory: '/var/run/secrets/kubernetes.io/serviceaccount/token'",
    true,
  ],
  ['open /etc/app/config.yaml: no such file or directory', false],
])('whether %j is about the token', (text, expected) => {
  expect(lacksToken(text)).toBe(expected);
});
