import { groupBy, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Finding,
  type HorizontalPodAutoscaler,
  type ResourceRef,
  type UntypedObject,
} from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { targetOf } from '../support/scalers.ts';
import { listOf, textOf } from '../support/untyped.ts';
import { listed } from '../support/words.ts';

const VPA = 'VerticalPodAutoscaler.autoscaling.k8s.io';
const RESOURCES = ['cpu', 'memory'] as const;

/** Reports workloads whose requests one autoscaler changes while another scales by the share of them that is used. */
export const hpaVpaConflict: Analyzer = {
  meta: {
    id: 'hpa-vpa-conflict',
    title: 'Vertical and horizontal autoscaler act on the same resource',
    role: 'fault',
    severity: 'warning',
    reads: ['HorizontalPodAutoscaler', VPA],
    breaks: ['scaling'],
    docs: {
      means:
        'The horizontal autoscaler counts pods by usage in percent of the requests, and the vertical one changes the requests: each undoes what the other does.',
      decides:
        'A VerticalPodAutoscaler that applies its recommendations (updateMode other than Off) has the same target as a HorizontalPodAutoscaler with a metric of type Resource or ContainerResource for a resource that it controls.',
      silent:
        'For updateMode Off, for resources that are not in controlledResources, and for autoscalers with other metrics only.',
      references: [
        'https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/known-limitations.md',
      ],
    },
  },
  *analyze({ snapshot }) {
    const byTarget = groupBy(snapshot.list('HorizontalPodAutoscaler'), (scaler) => {
      const target = targetOf(scaler);
      return target === undefined ? '' : refKey(target);
    });
    for (const vertical of snapshot.list(VPA)) {
      const key = targetKey(vertical);
      for (const scaler of key === undefined ? [] : (byTarget.get(key) ?? [])) {
        const shared = [...byUsage(scaler)].filter((resource) => controlled(vertical).has(resource));
        if (shared.length > 0) yield finding(refOf(vertical), scaler, { mode: modeOf(vertical), shared });
      }
    }
  },
};

function targetKey({ spec, metadata }: UntypedObject): string | undefined {
  const kind = textOf(spec, 'targetRef', 'kind');
  const name = textOf(spec, 'targetRef', 'name');
  if (kind === undefined || name === undefined) return undefined;
  const [group = ''] = (textOf(spec, 'targetRef', 'apiVersion') ?? '').split('/');
  return refKey({ group, kind, namespace: metadata.namespace ?? '', name });
}

function byUsage({ spec }: HorizontalPodAutoscaler): ReadonlySet<string> {
  const metrics = spec?.metrics ?? [];
  if (metrics.length === 0) return new Set(['cpu']);
  return new Set(
    metrics.flatMap(({ type, resource, containerResource }) =>
      type === 'Resource' || type === 'ContainerResource' ? [resource?.name ?? containerResource?.name ?? ''] : [],
    ),
  );
}

/** `Auto` when it is not set. */
function modeOf({ spec }: UntypedObject): string {
  return textOf(spec, 'updatePolicy', 'updateMode') ?? 'Auto';
}

function controlled(vertical: UntypedObject): ReadonlySet<string> {
  if (modeOf(vertical) === 'Off') return new Set();
  const policies = listOf(vertical.spec, 'resourcePolicy', 'containerPolicies').filter(
    (policy) => textOf(policy, 'mode') !== 'Off',
  );
  const all = listOf(vertical.spec, 'resourcePolicy', 'containerPolicies');
  if (all.length > 0 && policies.length === 0) return new Set();
  const named = policies.map((policy) =>
    listOf(policy, 'controlledResources').filter((resource) => typeof resource === 'string'),
  );
  return new Set(named.length === 0 || named.some((list) => list.length === 0) ? RESOURCES : named.flat());
}

function finding(
  subject: ResourceRef,
  scaler: HorizontalPodAutoscaler,
  { mode, shared }: { readonly mode: string; readonly shared: readonly string[] },
): Finding {
  const hpa = refOf(scaler);
  const target = targetOf(scaler);
  const scaled = target === undefined ? 'the same workload' : inWords(target);
  return {
    rule: hpaVpaConflict.meta.id,
    subject,
    discriminator: hpa.name,
    severity: 'warning',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} and ${inWords(hpa)} both act on ${listed(shared)} of ${scaled}`,
    cause: `The vertical autoscaler (updateMode ${mode}) changes the ${listed(shared)} requests of ${scaled}, and the horizontal one scales by usage in percent of them.`,
    evidence: [
      fromSpec(subject, 'spec.updatePolicy.updateMode', mode),
      fromSpec(hpa, 'spec.metrics', `Resource ${listed(shared)}`),
    ],
    affects: [hpa],
    fixes: [
      {
        summary: `Let ${inWords(subject)} only recommend`,
        steps: [
          'With updateMode Off it still computes requests, which you can put into the template by hand.',
          `Or scale by another metric (requests per second, queue length), or take ${listed(shared)} out of controlledResources.`,
        ],
        commands: [
          kubectl(
            subject.namespace,
            'patch',
            kubectlName(subject),
            '--type=merge',
            '-p',
            '{"spec":{"updatePolicy":{"updateMode":"Off"}}}',
          ),
        ],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
