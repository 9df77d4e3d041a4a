import { nearNames, refOf, serviceNamed } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type AnalyzerContext,
  type Finding,
  type ResourceRef,
  type Service,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { needEvidence, needWords } from '../support/needer.ts';
import { isNeeded, needersOf } from '../support/service-need.ts';
import { jsonPatch } from '../support/template-patch.ts';
import { counted, listed } from '../support/words.ts';

/** Reports ExternalName Services that point at a Service of this cluster which does not exist. */
export const svcExternalnameDangling: Analyzer = {
  meta: {
    id: 'svc-externalname-dangling',
    title: 'ExternalName points at a Service that does not exist',
    role: 'fault',
    severity: 'warning',
    reads: ['Service', 'Ingress', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ConfigMap'],
    breaks: ['route', 'dependency', 'name-resolution', 'endpoints'],
    docs: {
      means:
        'The Service is an alias for a name of the cluster DNS that does not exist, so nobody who uses the alias gets an address.',
      decides:
        'spec.externalName ends in .svc or .svc.cluster.local and the Services of that namespace are all known, without the one that is named.',
      silent:
        'For names outside the cluster, which kroot cannot verify, and where the Services of the namespace are not all known. Only a note (info) when nobody is known to use the alias.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/service/#externalname'],
    },
  },
  *analyze(context) {
    const { snapshot } = context;
    for (const service of snapshot.list('Service')) {
      const { type, externalName = '' } = service.spec ?? {};
      if (type !== 'ExternalName') continue;
      const name = serviceNamed(
        snapshot,
        externalName.toLowerCase().replace(/\.$/, ''),
        service.metadata.namespace ?? '',
      );
      if (name?.form === 'svc' && name.exists === 'absent') yield finding(context, service, name.service);
    }
  },
};

function finding(context: AnalyzerContext, service: Service, target: ResourceRef): Finding {
  const { snapshot } = context;
  const subject = refOf(service);
  const needers = needersOf(context, service);
  const need = needWords(needers);
  const names = snapshot.list('Service', target.namespace).map(({ metadata }) => metadata.name);
  const [best, ...more] = nearNames(target.name, names);
  const externalName = service.spec?.externalName ?? '';
  const others = snapshot
    .list('Service')
    .filter(({ metadata }) => metadata.name === target.name)
    .map(({ metadata }) => metadata.namespace ?? '');
  const notes = [
    ...(best === undefined
      ? []
      : [`Namespace ${target.namespace ?? ''} has a Service of a similar name: ${listed([best, ...more])}.`]),
    ...(others.length === 0 ? [] : [`A Service ${target.name} exists in namespace ${listed(others)}.`]),
  ];
  return {
    rule: svcExternalnameDangling.meta.id,
    subject,
    severity: isNeeded(needers) ? 'warning' : 'info',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} is an alias for ${inWords(target)}, which does not exist`,
    cause: `The externalName of ${inWords(subject)} is ${externalName}, and namespace ${target.namespace ?? ''} has no Service ${target.name}${need === undefined ? '' : `, and ${need}`}.`,
    evidence: [
      fromSpec(subject, 'spec.externalName', externalName),
      computed(target, `not among the ${counted(names.length, 'Service')} of namespace ${target.namespace ?? ''}`),
      ...needEvidence(needers),
    ],
    fixes: [
      ...(best === undefined
        ? []
        : [
            {
              summary: `Point ${inWords(subject)} at Service ${best}`,
              steps: [`Change spec.externalName to ${externalName.replace(target.name, best)}.`],
              commands: [
                jsonPatch(subject, [
                  { op: 'replace', path: '/spec/externalName', value: externalName.replace(target.name, best) },
                ]),
              ],
              effect: 'change' as const,
              where: 'cluster' as const,
            },
          ]),
      {
        summary: `See which Services namespace ${target.namespace ?? ''} has`,
        steps: [`Make ${inWords(target)}, or point ${inWords(subject)} at the Service that is meant.`],
        commands: [
          kubectl(target.namespace, 'get', 'services'),
          kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
    ...(notes.length === 0 ? {} : { notes }),
  };
}
