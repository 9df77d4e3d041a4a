import { CONFIDENCE, ref, type Analyzer, type Finding, type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { readProvisioning, type ProvisioningFailure } from '../messages/provisioning.ts';
import { CLAIM_BREAKS, claimFinding } from '../support/claim-finding.ts';
import { claimsWith } from '../support/claim-causes.ts';
import { computed, fromEvent } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { type PendingClaim } from '../support/pending-claims.ts';
import { counted } from '../support/words.ts';

type Forbidden = Extract<ProvisioningFailure, { readonly kind: 'forbidden' }>;

/** Reports provisioners that the Kubernetes API does not let work. */
export const provisionerForbidden: Analyzer = {
  meta: {
    id: 'provisioner-forbidden',
    title: 'Provisioner lacks a permission in the cluster',
    role: 'fault',
    severity: 'critical',
    reads: ['PersistentVolumeClaim', 'StorageClass', 'ClusterRole', 'ClusterRoleBinding', 'Pod', 'Event'],
    breaks: CLAIM_BREAKS,
    docs: {
      means:
        'The provisioner runs, but its ServiceAccount may not do something that it needs, such as creating PersistentVolumes.',
      decides:
        'The newest ProvisioningFailed event of a pending claim says that a user cannot do something. The only ClusterRole that is bound to the ServiceAccount is the one to correct.',
      silent: 'For bound claims, whatever events are left of the time before.',
      references: ['https://kubernetes.io/docs/reference/access-authn-authz/rbac/'],
    },
  },
  *analyze({ snapshot }) {
    const groups = new Map<string, { said: Forbidden; claims: PendingClaim[] }>();
    for (const pending of claimsWith(snapshot, 'forbidden')) {
      const said = readProvisioning(pending.failure?.message ?? '');
      if (said?.kind !== 'forbidden') continue;
      const key = [said.user, said.verb, said.group, said.resource].join('\n');
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { said, claims: [pending] });
      else known.claims.push(pending);
    }
    for (const { said, claims } of groups.values()) yield finding(snapshot, said, claims);
  },
};

function finding(snapshot: Snapshot, said: Forbidden, claims: readonly PendingClaim[]): Finding {
  const { user, verb, resource, group } = said;
  const account = accountOf(user);
  const role = account === undefined ? undefined : boundRole(snapshot, account);
  const subject = role ?? account ?? ref('ClusterRole', undefined, user);
  const what = `${verb} ${resource}${group === '' ? '' : `.${group}`}`;
  const who = account === undefined ? `User ${user}` : inWords(account);
  return {
    ...claimFinding(snapshot, provisionerForbidden.meta, claims, {
      subject,
      confidence: CONFIDENCE.stated,
      message: `${who} may not ${what}, so no volume is made`,
      cause: `The provisioner works as ${user}, which may not ${what}, and so makes no volume for ${counted(claims.length, 'claim')}.`,
      evidence: [
        ...claims
          .slice(0, 1)
          .flatMap(({ failure, ref: target }) => (failure === undefined ? [] : [fromEvent(failure, target)])),
        ...(role === undefined ? [] : [computed(role, `the only ClusterRole bound to ${user}`)]),
      ],
      fixes: [fix(said, subject)],
    }),
    discriminator: what,
  };
}

function accountOf(user: string): ResourceRef | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return namespace === undefined || name === undefined ? undefined : ref('ServiceAccount', namespace, name);
}

function boundRole(snapshot: Snapshot, account: ResourceRef): ResourceRef | undefined {
  const roles = new Set<string>();
  for (const { subjects = [], roleRef } of snapshot.list('ClusterRoleBinding')) {
    const bound = subjects.some(
      ({ kind, namespace, name }) =>
        kind === 'ServiceAccount' && namespace === account.namespace && name === account.name,
    );
    if (bound && roleRef?.kind === 'ClusterRole') roles.add(roleRef.name);
  }
  const [only] = roles;
  return roles.size === 1 && only !== undefined ? ref('ClusterRole', undefined, only) : undefined;
}

function fix({ user, verb, resource, group }: Forbidden, subject: ResourceRef): Fix {
  const rule = JSON.stringify([
    { op: 'add', path: '/rules/-', value: { apiGroups: [group], resources: [resource], verbs: [verb] } },
  ]);
  const check = kubectl(
    undefined,
    'auth',
    'can-i',
    verb,
    group === '' ? resource : `${resource}.${group}`,
    `--as=${user}`,
  );
  if (subject.kind !== 'ClusterRole') {
    return {
      summary: `Let ${user} ${verb} ${resource}`,
      steps: [
        'Apply the RBAC manifests of the provisioner’s release again; they bind a ClusterRole with what it needs.',
      ],
      commands: [check],
      effect: 'none',
      where: 'cluster',
    };
  }
  return {
    summary: `Add ${verb} of ${resource} to ClusterRole ${subject.name}`,
    steps: ['Better, apply the RBAC manifests of the provisioner’s release again: more may be missing.'],
    commands: [kubectl(undefined, 'patch', `clusterrole/${subject.name}`, '--type=json', '-p', rule), check],
    effect: 'change',
    where: 'cluster',
  };
}
