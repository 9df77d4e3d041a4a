import { type Analyzer } from '@kroot/types';
import { contactedHost } from '../messages/image-error.ts';
import { pullOnNode } from '../support/node-fixes.ts';
import { imagesOf, mirrorNotes, nodesOf, ownersDo, pullRule, saidOf } from '../support/pull-rule.ts';

/** Reports registries whose certificates the container runtime does not accept. */
export const imageRegistryTls: Analyzer = pullRule({
  id: 'image-registry-tls',
  title: 'Container runtime does not accept the certificate of the registry',
  docs: {
    means:
      'The registry, its token server or a proxy in between shows a certificate that the runtime on the node does not trust, or speaks plain HTTP.',
    decides:
      'A container waits for its image, and the words hold `x509:` or `server gave HTTP response to HTTPS client`, also behind `failed to authorize`. Several images of one registry give one finding.',
    silent: 'For TLS handshake time-outs, which are a network fault.',
    references: ['https://github.com/containerd/containerd/blob/main/docs/hosts.md'],
  },
  describe(group) {
    const [failure] = group.failures;
    const { host, words } = failure;
    const contacted = contactedHost(words) ?? host;
    const plain = words.includes('server gave HTTP response');
    const clock = words.includes('not yet valid') || words.includes('has expired');
    return {
      message: plain
        ? `Registry ${contacted} speaks plain HTTP, and the nodes expect TLS`
        : `Certificate of ${contacted} is not accepted on ${nodesOf(group)}`,
      cause: `${ownersDo(group, 'pulls', 'pull')} ${imagesOf(group)}, and the container runtime on ${nodesOf(group)} rejects what ${contacted} shows: ${saidOf(failure)}.`,
      fixes: [
        plain
          ? pullOnNode(group, `Tell the runtime that ${contacted} speaks HTTP, or give it a certificate`, [
              `On each node, name http://${contacted} as server in /etc/containerd/certs.d/${contacted}/hosts.toml, or put the registry behind TLS.`,
            ])
          : pullOnNode(group, `Let the runtime on ${nodesOf(group)} trust ${contacted}`, [
              `Put the certificate of the CA that signs for ${contacted} (an intercepting proxy signs with its own) into the trust store of each node or into /etc/containerd/certs.d/${contacted}, then restart the container runtime.`,
            ]),
      ],
      notes: [
        ...(clock ? ['A wrong clock on the node gives the same words: compare its time first.'] : []),
        ...mirrorNotes(failure),
      ],
    };
  },
});
