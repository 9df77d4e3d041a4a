import { clusterDns, refOf } from '@kroot/graph';
import { CONFIDENCE, ref, type Analyzer } from '@kroot/types';
import { clients } from '../support/clients.ts';
import { usesClusterDns } from '../support/dns-block.ts';
import { computed } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { podsOwner } from '../support/pods-owner.ts';
import { counted } from '../support/words.ts';

/** Reports that the DNS pods are there and the Service in front of them is not. */
export const kubeDnsServiceMissing: Analyzer = {
  meta: {
    id: 'kube-dns-service-missing',
    title: 'Service of the cluster DNS does not exist',
    role: 'fault',
    severity: 'critical',
    reads: ['Service', 'Pod', 'Deployment', 'DaemonSet', 'ReplicaSet'],
    breaks: ['name-resolution'],
    docs: {
      means:
        'Pods have the cluster address of the DNS Service in their resolv.conf, and that Service is gone: no name resolves.',
      decides:
        'Pods that are labelled as cluster DNS run, all Services of their namespace are known, and none is a DNS Service under any of its usual names and labels.',
      silent:
        'Where these Services are not all known, and where no DNS pods are seen: such clusters may have their DNS elsewhere.',
      references: ['https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/#is-dns-service-up'],
    },
  },
  *analyze({ snapshot }) {
    const { services, pods } = clusterDns(snapshot);
    const namespace = pods[0]?.metadata.namespace;
    if (services.length > 0 || namespace === undefined) return;
    if (snapshot.coverage.state('Service', namespace) !== 'complete') return;
    const users = clients(snapshot).filter(({ spec }) => usesClusterDns(snapshot, spec)).length;
    const subject = ref('Service', namespace, 'kube-dns');
    const owner = podsOwner(snapshot, pods);
    const count = snapshot.list('Service', subject.namespace).length;
    yield {
      rule: 'kube-dns-service-missing',
      subject,
      severity: 'critical',
      confidence: CONFIDENCE.proved,
      message: `${inWords(subject)} does not exist, so names do not resolve`,
      cause: `${inWords(owner)} runs the DNS of the cluster, but no Service leads to it, and ${counted(users, 'workload')} ${users === 1 ? 'asks' : 'ask'} for names at its address.`,
      evidence: [
        computed(
          subject,
          `not among the ${counted(count, 'Service')} of namespace ${subject.namespace ?? ''}, and no other has label k8s-app=kube-dns and port 53`,
        ),
        ...pods.slice(0, 2).map((pod) => computed(refOf(pod), 'a DNS pod without Service')),
      ],
      fixes: [
        {
          summary: `Make ${inWords(subject)} again, with the cluster address that the pods have in resolv.conf`,
          steps: [
            'The address stands as clusterDNS in the configuration of the kubelets, and as nameserver in /etc/resolv.conf of every pod: give the Service just that clusterIP.',
            `Ports 53/UDP and 53/TCP to the pods of ${inWords(owner)}; on kubeadm clusters, kubeadm init phase addon coredns makes it.`,
          ],
          commands: [
            kubectl('kube-system', 'get', 'configmaps', 'kubelet-config', '-o', 'yaml'),
            kubectl(subject.namespace, 'get', 'services'),
          ],
          effect: 'none',
          where: 'cluster',
        },
      ],
    };
  },
};
