import { CONFIDENCE, type Analyzer } from '@kroot/types';
import { nearNames } from '@kroot/graph';
import { inWords } from '../support/kubectl.ts';
import { portMisses, serviceOf } from '../support/port-miss.ts';
import { declaredWords, meantPort, PORT_BREAKS, portFinding } from '../support/port-rule.ts';

/** Reports ports of Services whose targetPort is a name that no selected pod gives to a port. */
export const svcTargetportNamedMissing: Analyzer = {
  meta: {
    id: 'svc-targetport-named-missing',
    title: 'Named targetPort does not exist on the pods',
    role: 'fault',
    severity: 'critical',
    reads: [
      'Service',
      'Pod',
      'Deployment',
      'StatefulSet',
      'DaemonSet',
      'ReplicaSet',
      'Ingress',
      'EndpointSlice',
      'Endpoints',
      'ConfigMap',
    ],
    breaks: PORT_BREAKS,
    docs: {
      means:
        'A port of the Service leads nowhere: its targetPort is a name, and none of the selected pods has a port of that name.',
      decides:
        'The names of all container ports of the selected live pods (sidecars included) are compared with targetPort. Pods without the name are left out of the endpoints of this port.',
      silent:
        'When any selected pod has the name, and for numbers. Only a note (info) when other ports of the Service fit and nobody is known to use this one.',
      references: [
        'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
        'https://github.com/kubernetes/kubernetes/blob/master/pkg/api/v1/pod/util.go',
      ],
    },
  },
  *analyze(context) {
    for (const miss of portMisses(context.snapshot)) {
      if (miss.kind !== 'named') continue;
      const subject = serviceOf(miss);
      const meant = meantPort(miss);
      const near = nearNames(
        String(miss.target),
        miss.declared.flatMap(({ name }) => name ?? []),
      );
      yield portFinding(context, miss, {
        rule: svcTargetportNamedMissing.meta.id,
        message: `Port ${miss.port.port} of ${inWords(subject)} leads to a port named "${miss.target}", which its pods do not have`,
        cause: `The targetPort of ${inWords(subject)} is the name "${miss.target}", but the pods of ${inWords(miss.owner)} declare ${declaredWords(miss)}`,
        confidence: CONFIDENCE.proved,
        needed: 'critical',
        unneeded: 'warning',
        ...(meant === undefined
          ? {}
          : {
              patch: {
                field: 'targetPort',
                value: near[0] ?? (meant.name === undefined || meant.name === '' ? meant.containerPort : meant.name),
              },
            }),
        ...(near.length === 0 ? {} : { notes: [`The pods have a port of a similar name: ${near.join(', ')}.`] }),
      });
    }
  },
};
