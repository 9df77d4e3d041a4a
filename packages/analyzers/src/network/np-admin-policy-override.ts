import { groupBy, refOf } from '@kroot/graph';
import { CONFIDENCE, refKey, type Analyzer, type Finding, type ResourceRef, type Snapshot } from '@kroot/types';
import {
  ADMIN_POLICY_KINDS,
  blockedFlows,
  isPodBackend,
  serviceOfFlow,
  type BlockedFlow,
} from '../support/blocked-flows.ts';
import { sufferers, waitingPods } from '../support/clients.ts';
import { computed } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { listed } from '../support/words.ts';

/** Reports cluster-wide policies that deny a connection which settings of running pods ask for. */
export const npAdminPolicyOverride: Analyzer = {
  meta: {
    id: 'np-admin-policy-override',
    title: 'Cluster-wide policy denies a needed connection',
    role: 'fault',
    severity: 'critical',
    reads: [
      'NetworkPolicy',
      ...ADMIN_POLICY_KINDS,
      'Pod',
      'Namespace',
      'Service',
      'EndpointSlice',
      'Endpoints',
      'Deployment',
      'StatefulSet',
      'DaemonSet',
      'ReplicaSet',
      'ConfigMap',
    ],
    breaks: ['network', 'dependency'],
    docs: {
      means:
        'A policy for the whole cluster refuses the connection. It comes before the NetworkPolicies of the namespaces, or after them where those say nothing; no NetworkPolicy can open what an administrator denies.',
      decides:
        'Settings of running pods name a Service, and for every known pod behind it a rule with action Deny of an AdminNetworkPolicy, ClusterNetworkPolicy or BaselineAdminNetworkPolicy decides.',
      silent:
        'As np-egress-blocks-dependency; and where a rule of a higher tier or of a smaller priority number allows or passes.',
      falsePositives: 'Network plugins that do not enforce these policies, and settings that a program does not use.',
      references: ['https://network-policy-api.sigs.k8s.io/api-overview/'],
    },
  },
  *analyze({ snapshot }) {
    const denied = blockedFlows(snapshot).flatMap((flow) => {
      const blocker = flow.blockedBy.find(({ reason }) => reason === 'denied');
      return blocker === undefined ? [] : [{ flow, blocker }];
    });
    for (const group of groupBy(denied, ({ blocker }) => refKey(blocker.policy)).values()) {
      const [first] = group;
      if (first === undefined) continue;
      const flows = group.map(({ flow }) => flow);
      yield finding(snapshot, first.blocker.policy, first.blocker.detail, flows);
    }
  },
};

function finding(snapshot: Snapshot, subject: ResourceRef, detail: string, flows: readonly BlockedFlow[]): Finding {
  const clients = [...new Set(flows.map(({ client }) => client))];
  const waiting = clients
    .map((client) => ({ client, pods: waitingPods(client) }))
    .filter(({ pods }) => pods.length > 0);
  const who = listed(clients.map(({ ref }) => inWords(ref)));
  const services = listed([...new Set(flows.map((flow) => inWords(serviceOfFlow(flow))))]);
  return {
    rule: npAdminPolicyOverride.meta.id,
    subject,
    severity: waiting.length > 0 ? 'critical' : 'warning',
    confidence: waiting.length > 0 ? CONFIDENCE.proved : CONFIDENCE.strong,
    message: `${inWords(subject)} denies ${who} the connection to ${services}`,
    cause: `${who} ${clients.length === 1 ? 'connects' : 'connect'} to ${services}, and ${inWords(subject)} decides before any NetworkPolicy: ${detail}.`,
    evidence: [
      computed(subject, detail),
      ...flows.slice(0, 2).map(({ need }) => need.evidence),
      ...flows
        .slice(0, 1)
        .flatMap(({ backend, port, protocol }) =>
          isPodBackend(backend) ? [computed(refOf(backend), `would be reached on ${protocol} ${port}`)] : [],
        ),
    ],
    ...(waiting.length === 0 ? {} : { affects: sufferers(waiting) }),
    fixes: [
      describeFix(subject, `Let the connection pass in ${inWords(subject)}`, [
        'An Allow or Pass rule in front of the one that denies opens it, or one in a policy with a smaller priority number.',
        'kroot netpol explain shows which rule decides and what would open it.',
      ]),
    ],
    notes: snapshot.list('NetworkPolicy').length === 0 ? [] : ['No NetworkPolicy can open what this policy denies.'],
  };
}
