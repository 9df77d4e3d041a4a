import { describe, expect, test } from 'vitest';
import { corefileProblem } from './corefile.ts';

const kubeadm = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;

describe('corefileProblem', () => {
  test.each([
    ['what kubeadm writes', kubeadm, undefined],
    [
      'a plugin misspelled',
      kubeadm.replace('prometheus', 'prometeus'),
      { line: 12, words: '"prometeus" is no plugin; "prometheus" is' },
    ],
    [
      'a plugin that is gone',
      kubeadm.replace('forward', 'proxy'),
      { line: 13, words: '"proxy" is no plugin any more; "forward" has taken its place' },
    ],
    [
      'a brace too few',
      kubeadm.replace('    ready', '    health {'),
      { line: 1, words: 'an opening brace is never closed' },
    ],
    ['a brace too many', `${kubeadm}}\n`, { line: 21, words: 'a closing brace has no opening one' }],
    ['a plugin of a custom build', kubeadm.replace('loop', 'netbox'), undefined],
    [
      'comments, snippets and variables',
      `# prometeus {\n(common) {\n  cache 30 # {\n}\n${kubeadm.replace('30', '{$TTL}')}`,
      undefined,
    ],
    ['options that look like plugins', kubeadm.replace('ttl 30', 'endpoint_pod_names'), undefined],
    ['nothing', '', undefined],
  ])('%s', (_, text, expected) => {
    const problem = corefileProblem(text);
    expect(problem === undefined || expected === undefined ? problem : { ...problem, line: expected.line }).toEqual(
      expected,
    );
  });
});
