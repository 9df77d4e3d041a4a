import {
  compareRefs,
  CONFIDENCE,
  refKey,
  type Analyzer,
  type AnalyzerDocs,
  type Evidence,
  type Finding,
  type Fix,
  type Snapshot,
} from '@kroot/types';
import { inWords, kubectl } from './kubectl.ts';
import { type ApiRequest } from './rbac-rights.ts';
import { refusalBlames, type RefusalBlame, type RefusalRule } from './refusal-blame.ts';
import { listed } from './words.ts';

/** What a rule says about what is wrong in the rules of access. */
interface BlameText {
  readonly message: string;
  /** The first half of the cause: what is wrong. Ends without a stop. */
  readonly wrong: string;
  readonly evidence: readonly Evidence[];
  readonly fixes: readonly Fix[];
  readonly notes?: readonly string[];
}

/** The part of a rule on refused requests that differs from the others. */
export interface BlameRuleSpec {
  readonly id: RefusalRule;
  readonly title: string;
  readonly docs: Omit<AnalyzerDocs, 'silent' | 'references'>;
  readonly describe: (blame: RefusalBlame, snapshot: Snapshot) => BlameText;
}

/** Makes an analyzer of the refused requests that one kind of mistake is to blame for. */
export function blameRule({ id, title, docs, describe }: BlameRuleSpec): Analyzer {
  return {
    meta: {
      id,
      title,
      role: 'fault',
      severity: 'critical',
      reads: ['Pod', 'Event', 'ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
      breaks: ['dependency', 'rollout'],
      docs: {
        ...docs,
        silent:
          'While nobody is refused anything: unused rights that are wrong harm nobody. When the request would be granted by now, and for events older than a quarter of an hour.',
        references: ['https://kubernetes.io/docs/reference/access-authn-authz/rbac/'],
      },
    },
    *analyze({ snapshot }) {
      for (const blame of refusalBlames(snapshot)) {
        if (blame.rule === id) yield finding(blame, describe(blame, snapshot));
      }
    },
  };
}

function finding(blame: RefusalBlame, text: BlameText): Finding {
  const { rule, subject, refusals } = blame;
  const [first] = refusals;
  const victims = new Map(refusals.flatMap((refusal) => refusal.victims).map((target) => [refKey(target), target]));
  const crashes = refusals.some((refusal) => refusal.crashes);
  const spoken = first.request !== undefined;
  return {
    rule,
    subject,
    severity: crashes ? 'critical' : 'warning',
    confidence: spoken ? CONFIDENCE.stated : CONFIDENCE.strong,
    message: text.message,
    cause: `${text.wrong}, ${consequence(blame)}.`,
    evidence: [first.evidence, ...text.evidence],
    affects: [...victims.values()].toSorted(compareRefs),
    fixes: [...text.fixes, ...checks(blame)],
    ...(text.notes === undefined || text.notes.length === 0 ? {} : { notes: text.notes }),
  };
}

function consequence({ refusals }: RefusalBlame): string {
  const [{ account, victims, request }] = refusals;
  const who = [...new Set(victims.filter(({ kind }) => kind !== 'Pod').map((victim) => inWords(victim)))];
  const harmed = who.length === 0 ? victims.slice(0, 1).map((victim) => inWords(victim)) : who;
  const requests = [
    ...new Set(refusals.flatMap((each) => (each.request === undefined ? [] : [requestWords(each.request)]))),
  ];
  return request === undefined
    ? `and ${listed(harmed)} ends without a word`
    : `so ${inWords(account)} may not ${listed(requests)}, which ${listed(harmed)} needs`;
}

/** `list deployments.apps in namespace prod`, `watch nodes at the cluster scope`. */
export function requestWords({ verb, resource, group, namespace }: ApiRequest): string {
  const what = group === '' ? resource : `${resource}.${group}`;
  return `${verb} ${what} ${namespace === undefined ? 'at the cluster scope' : `in namespace ${namespace}`}`;
}

/** Asks the API server for one of the refused requests again. */
function checks({ refusals }: RefusalBlame): readonly Fix[] {
  const [{ account, request }] = refusals;
  if (request === undefined) return [];
  const { verb, resource, group, namespace } = request;
  const scope = namespace === undefined ? ['--all-namespaces'] : [];
  return [
    {
      summary: `Ask whether ${inWords(account)} may ${requestWords(request)}`,
      steps: ['The answer is yes once the rights are right; the program has to try again.'],
      commands: [
        kubectl(
          namespace,
          'auth',
          'can-i',
          verb,
          group === '' ? resource : `${resource}.${group}`,
          `--as=system:serviceaccount:${account.namespace ?? ''}:${account.name}`,
          ...scope,
        ),
      ],
      effect: 'none',
      where: 'cluster',
    },
  ];
}
