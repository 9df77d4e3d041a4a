import { type Analyzer, type Fix } from '@kroot/types';
import { inWords, kubectl } from '../support/kubectl.ts';
import { boundRoles, names, type ApiRequest } from '../support/rbac-rights.ts';
import { blameRule, requestWords } from '../support/refusal-blame-rule.ts';
import { type RefusalBlame } from '../support/refusal-blame.ts';
import { listed } from '../support/words.ts';

/** Reports ServiceAccounts that are refused what their programs need, where no binding is wrong in itself. */
export const rbacForbiddenObserved: Analyzer = blameRule({
  id: 'rbac-forbidden-observed',
  title: 'ServiceAccount lacks a right that its program needs',
  docs: {
    means:
      'The API server refuses requests of a program, because no role that is bound to its ServiceAccount allows them.',
    decides:
      'The last words of a program that ends again and again, a condition of a custom object or a recent event say `User "system:serviceaccount:…" cannot …`, and no binding that is there explains it otherwise.',
    falsePositives: 'Programs may ask for things that they can do without; a warning without a crash may be harmless.',
  },
  describe: (blame, snapshot) => {
    const { subject, refusals } = blame;
    const bound = boundRoles(snapshot).filter(({ binding }) => names(binding, subject));
    const own = bound.filter(({ binding }) => (binding.subjects ?? []).some(({ kind }) => kind === 'ServiceAccount'));
    const [{ request }] = refusals;
    return {
      message: `${inWords(subject)} may not ${request === undefined ? 'do what its program needs' : requestWords(request)}`,
      wrong:
        own.length === 0
          ? `No binding names ${inWords(subject)}`
          : `No role bound to ${inWords(subject)} (${listed(own.map(({ roleRef }) => `${roleRef.kind} ${roleRef.name}`))}) allows it`,
      evidence: [],
      fixes: grants(blame),
    };
  },
});

function grants({ subject, refusals }: RefusalBlame): readonly Fix[] {
  const [{ request }] = refusals;
  if (request === undefined) return [];
  const cluster = request.namespace === undefined;
  const role = `${subject.name}-${request.resource.replaceAll(/[^a-z0-9]+/g, '-')}`;
  const kind = cluster ? 'clusterrole' : 'role';
  return [
    {
      summary: `Let ${inWords(subject)} ${requestWords(request)}`,
      steps: [
        'If a chart or operator made its roles, change it there: its newest version may want more rights than the roles that are installed.',
      ],
      commands: [
        kubectl(request.namespace, 'create', kind, role, `--verb=${request.verb}`, `--resource=${resourceOf(request)}`),
        kubectl(
          request.namespace,
          'create',
          `${kind}binding`,
          role,
          `--${kind}=${role}`,
          `--serviceaccount=${subject.namespace ?? ''}:${subject.name}`,
        ),
      ],
      effect: 'change',
      where: 'cluster',
    },
  ];
}

/** As kubectl wants it: `deployments.apps/scale`. */
function resourceOf({ resource, group }: ApiRequest): string {
  const [name = '', sub] = resource.split('/');
  return `${group === '' ? name : `${name}.${group}`}${sub === undefined ? '' : `/${sub}`}`;
}
