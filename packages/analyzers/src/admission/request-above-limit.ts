import {
  type Analyzer,
  type Container,
  type Evidence,
  type PodTemplateSpec,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { refOf } from '@kroot/graph';
import { createRule, failureOf, TRIES_AGAIN } from '../support/create-rule.ts';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';

/** Reports workloads whose requests are above their limits once defaults are filled in. */
export const requestAboveLimit: Analyzer = createRule({
  id: 'request-above-limit',
  title: 'Request is above the limit',
  reads: ['LimitRange'],
  docs: {
    means:
      'A container requests more than its limit. Mostly it has no limit of its own, and the LimitRange of the namespace fills in a smaller one.',
    decides: 'A controller lacks pods now, and the words are `must be less than or equal to … limit`.',
    references: ['https://kubernetes.io/docs/concepts/policy/limit-range/#what-if-i-specify-a-request-but-not-a-limit'],
  },
  describe(group, snapshot) {
    const [first] = group.refused;
    const { owner, template, controller } = first;
    const { path = '', request = '', resource = '' } = failureOf(first, 'request-above-limit') ?? {};
    const container = containerAt(template, path);
    const fallback = defaultLimit(snapshot, controller.namespace, resource);
    const own = container?.resources?.limits ?? {};
    const [whose, limit] =
      Object.hasOwn(own, resource) || fallback === undefined
        ? ['its limit', own[resource]]
        : [`the default limit of ${inWords(fallback.ref)}`, fallback.limit];
    const name = container?.name ?? path;
    return {
      message: `Container "${name}" of ${inWords(owner)} requests ${request} ${resource}, more than ${whose}`,
      cause: `Container "${name}" of ${inWords(owner)} requests ${request} ${resource}, and ${whose} is ${limit ?? 'smaller'}.`,
      evidence: [
        fromSpec(owner, `${templatePath(owner)}${path.slice('spec'.length)}.${resource}`, request),
        ...(fallback === undefined ? [] : [fallback.evidence]),
      ],
      fixes: [
        describeFix(owner, `Give container "${name}" a ${resource} limit of at least ${request}`, [
          `Set resources.limits.${resource} of container "${name}" in the template of ${inWords(owner)} to ${request} or more, or request less.`,
          TRIES_AGAIN,
        ]),
      ],
    };
  },
});

function containerAt(template: PodTemplateSpec | undefined, path: string): Container | undefined {
  const index = Number(/\[(\d+)\]/.exec(path)?.[1] ?? '0');
  return path.includes('initContainers') ? template?.spec.initContainers?.[index] : template?.spec.containers[index];
}

function templatePath({ kind }: ResourceRef): string {
  return kind === 'CronJob' ? 'spec.jobTemplate.spec.template.spec' : 'spec.template.spec';
}

function defaultLimit(
  snapshot: Snapshot,
  namespace: string | undefined,
  resource: string,
): { readonly ref: ResourceRef; readonly limit: string; readonly evidence: Evidence } | undefined {
  for (const range of snapshot.list('LimitRange', namespace)) {
    for (const [index, { type, default: fallback = {} }] of (range.spec?.limits ?? []).entries()) {
      const limit = type === 'Container' && Object.hasOwn(fallback, resource) ? fallback[resource] : undefined;
      if (limit === undefined) continue;
      const target = refOf(range);
      return { ref: target, limit, evidence: fromSpec(target, `spec.limits[${index}].default.${resource}`, limit) };
    }
  }
  return undefined;
}
