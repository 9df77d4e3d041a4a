import { CONFIDENCE, refKey, type Analyzer, type Evidence, type Finding, type Fix } from '@kroot/types';
import { createGroups } from '../support/create-groups.ts';
import { createRule, refusedDo } from '../support/create-rule.ts';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { contradictions, type Contradiction } from '../support/quota-contradictions.ts';

const ID = 'quota-contradicts-limitrange';

const refusedPods = createRule({
  id: ID,
  title: 'Default of a LimitRange is more than the quota allows',
  reads: ['ResourceQuota', 'LimitRange'],
  breaks: ['pod-creation', 'admission'],
  docs: {
    means:
      'A container that sets no resources of its own gets the default of the LimitRange, and one such container alone is more than the quota of the namespace allows.',
    decides:
      'A default (or default request) for containers is larger than spec.hard of a quota without scopes in the same namespace. Critical where a controller lacks pods now and is told `exceeded quota` for that resource, while its template sets no value.',
    silent: 'For defaults that fit the quota once, and for quotas with scopes.',
    references: ['https://kubernetes.io/docs/concepts/policy/limit-range/'],
  },
  describe(group, snapshot) {
    const found = contradictions(snapshot).find(
      ({ range, resource }) => refKey(range) === refKey(group.subject) && resource === group.discriminator,
    );
    return {
      message: `Default of ${inWords(group.subject)} is more than the quota of its namespace allows`,
      cause: `${refusedDo(group, 'takes', 'take')} the default of ${found?.amount ?? ''} ${found?.resource ?? ''}, and ${found === undefined ? 'the quota' : inWords(found.quota)} allows ${found?.hard ?? ''} altogether.`,
      evidence: found === undefined ? [] : sizes(found),
      fixes: found === undefined ? [] : fixesOf(found),
    };
  },
});

/** Reports defaults for containers that no quota of their namespace can hold. */
export const quotaContradictsLimitrange: Analyzer = {
  meta: refusedPods.meta,
  *analyze(context) {
    const claimed = new Set(
      createGroups(context.snapshot)
        .filter(({ rule }) => rule === ID)
        .map(({ subject }) => refKey(subject)),
    );
    yield* refusedPods.analyze(context);
    for (const found of contradictions(context.snapshot)) {
      const key = refKey(found.range);
      if (!claimed.has(key)) yield latent(found);
      claimed.add(key);
    }
  },
};

function latent(found: Contradiction): Finding {
  const { range, quota, resource, amount, hard } = found;
  return {
    rule: ID,
    subject: range,
    discriminator: resource,
    severity: 'info',
    confidence: CONFIDENCE.proved,
    message: `Default of ${inWords(range)} is more than ${inWords(quota)} allows`,
    cause: `A container that sets no resources gets ${amount} ${resource}, and the quota allows ${hard} altogether, so no pod with such a container can be created.`,
    evidence: sizes(found),
    breaks: [],
    fixes: fixesOf(found),
  };
}

function sizes({ range, quota, resource, path, amount, hard }: Contradiction): readonly Evidence[] {
  return [fromSpec(range, path, amount), fromSpec(quota, `spec.hard.${resource}`, hard)];
}

function fixesOf({ range, quota, resource, hard, amount }: Contradiction): readonly Fix[] {
  return [
    {
      summary: `Lower the default of ${inWords(range)} well below ${hard}`,
      steps: [
        'Several pods have to share the quota: choose what one container needs.',
        'Pods get the new default when they are created again.',
      ],
      commands: [kubectl(range.namespace, 'get', kubectlName(range), '-o', 'yaml')],
      effect: 'none',
      where: 'cluster',
    },
    {
      summary: `Or raise ${resource} of ${inWords(quota)} to ${amount}, enough for one container`,
      steps: ['Raise it further for more pods.'],
      commands: [
        kubectl(
          quota.namespace,
          'patch',
          kubectlName(quota),
          '--type=merge',
          '-p',
          JSON.stringify({ spec: { hard: { [resource]: amount } } }),
        ),
      ],
      effect: 'change',
      where: 'cluster',
    },
  ];
}
