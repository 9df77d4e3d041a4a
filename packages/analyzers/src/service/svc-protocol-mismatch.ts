import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { inWords } from '../support/kubectl.ts';
import { portMisses, serviceOf } from '../support/port-miss.ts';
import { declaredWords, PORT_BREAKS, portFinding } from '../support/port-rule.ts';

/** Reports ports of Services that have another protocol than the container port they lead to. */
export const svcProtocolMismatch: Analyzer = {
  meta: {
    id: 'svc-protocol-mismatch',
    title: 'Service and container port differ in protocol',
    role: 'fault',
    severity: 'critical',
    reads: ['Service', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Ingress', 'ConfigMap'],
    breaks: PORT_BREAKS,
    docs: {
      means:
        'The Service forwards one protocol to a port on which the program listens for another: connections are refused or get no answer, although the endpoints look complete.',
      decides:
        'The number (or name) of the target port is declared by the selected pods, but only for other protocols than that of the Service port.',
      silent:
        'When any pod declares the port for the protocol, and when the Service has the number for both protocols, as DNS and HTTP/3 have. A note (info) when other ports fit and nobody uses this one.',
      falsePositives:
        'What containers declare is informational: a program may listen for a protocol that its container does not declare.',
      references: ['https://kubernetes.io/docs/reference/networking/service-protocols/'],
    },
  },
  *analyze(context) {
    for (const miss of portMisses(context.snapshot)) {
      if (miss.kind !== 'protocol') continue;
      const subject = serviceOf(miss);
      const has =
        miss.declared.find(({ containerPort, name }) => containerPort === miss.target || name === miss.target)
          ?.protocol ?? 'TCP';
      yield portFinding(context, miss, {
        rule: svcProtocolMismatch.meta.id,
        message: `Port ${miss.port.port} of ${inWords(subject)} is ${miss.protocol}, but its pods listen for ${has} on ${miss.target}`,
        cause: `${inWords(subject)} forwards ${miss.protocol} to port ${miss.target}, where the pods of ${inWords(miss.owner)} declare ${declaredWords(miss)}, for ${has}`,
        confidence: CONFIDENCE.strong,
        needed: 'warning',
        unneeded: 'warning',
        patch: { field: 'protocol', value: has },
        notes: ['The endpoints are filled all the same: Kubernetes does not compare protocols for numeric ports.'],
      });
    }
  },
};
