import { refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding } from '@kroot/types';
import { deadSlices, type DeadSlice } from '../support/endpoint-drift.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { counted, listed } from '../support/words.ts';

/** Reports EndpointSlices that still send to pods which are gone. */
export const svcEndpointsMissingTargetrefPod: Analyzer = {
  meta: {
    id: 'svc-endpoints-missing-targetref-pod',
    title: 'Endpoints lead to pods that do not exist',
    role: 'fault',
    severity: 'warning',
    reads: ['EndpointSlice', 'Pod', 'Service'],
    breaks: ['endpoints', 'route', 'dependency'],
    docs: {
      means:
        'A part of the connections to the Service is sent to addresses behind which there is nobody, or somebody else by now.',
      decides:
        'All pods of the namespace are known, a ready address of an EndpointSlice belongs to a pod that is not among them, and the slice was last written more than two minutes ago.',
      silent:
        'Where it is not told when the slice was written, and while pods come and go: the lists of a capture are seconds apart.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/'],
    },
  },
  *analyze({ snapshot }) {
    for (const dead of deadSlices(snapshot)) yield finding(dead);
  },
};

function finding({ slice, service, gone, all }: DeadSlice): Finding {
  const subject = refOf(slice);
  const names = listed(gone.map(({ name }) => name));
  const by = slice.metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '';
  const isManaged = by === 'endpointslice-controller.k8s.io';
  return {
    rule: svcEndpointsMissingTargetrefPod.meta.id,
    subject,
    severity: gone.length === all ? 'critical' : 'warning',
    confidence: CONFIDENCE.proved,
    message: `${counted(gone.length, 'ready address', 'ready addresses')} of ${inWords(subject)} ${gone.length === 1 ? 'belongs' : 'belong'} to pods that do not exist`,
    cause: `${inWords(subject)} of Service ${service} sends to ${names}, which ${gone.length === 1 ? 'is no pod' : 'are no pods'} of namespace ${subject.namespace ?? ''}.`,
    evidence: [
      ...gone.slice(0, 3).map(({ name }) => fromSpec(subject, 'endpoints[].targetRef', `Pod ${name}`)),
      computed(
        subject,
        `${gone.length} of ${all} ready addresses without a pod; managed by ${by === '' ? 'nobody known' : by}`,
      ),
    ],
    fixes: [
      {
        summary: isManaged
          ? 'See whether the endpoint controller in kube-controller-manager works'
          : `Correct ${inWords(subject)}, which ${by === '' ? 'somebody' : by} wrote`,
        steps: [
          isManaged
            ? 'It corrects its slices within seconds while it runs.'
            : 'Kubernetes does not look after slices that others write.',
        ],
        commands: [
          kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml'),
          kubectl('kube-system', 'get', 'lease/kube-controller-manager', '-o', 'yaml'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
