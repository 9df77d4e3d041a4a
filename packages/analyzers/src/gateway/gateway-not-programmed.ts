import { refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Condition,
  type Finding,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';
import { fromCondition } from '../support/evidence.ts';
import { currentCondition, GATEWAY_KIND } from '../support/gateway-api.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { brokenListeners } from '../support/listeners.ts';
import { optional } from '../support/optional.ts';
import { inline } from '../support/words.ts';

/** Load balancers take minutes to get an address. */
const GRACE = 300_000;

/** Reports Gateways that their controller has not set up. */
export const gatewayNotProgrammed: Analyzer = {
  meta: {
    id: 'gateway-not-programmed',
    title: 'Gateway is not set up',
    role: 'fault',
    severity: 'critical',
    reads: [GATEWAY_KIND],
    breaks: ['route'],
    waitsFor: ['route'],
    docs: {
      means: 'No traffic enters through the Gateway, whatever its routes say.',
      decides:
        'Condition Accepted or Programmed of the Gateway is False, or still Unknown, for more than five minutes.',
      silent:
        'While an address is being assigned, while the condition speaks of an older generation, and when an invalid listener is the reason: then that is told.',
      references: ['https://gateway-api.sigs.k8s.io/reference/spec/#gatewayconditionreason'],
    },
  },
  *analyze({ snapshot }) {
    const explained = new Set(brokenListeners(snapshot).map(({ gateway }) => gateway));
    for (const gateway of snapshot.list(GATEWAY_KIND)) {
      const condition = explained.has(gateway) ? undefined : trouble(snapshot, gateway);
      if (condition !== undefined) yield finding(gateway, condition);
    }
  },
};

function trouble(snapshot: Snapshot, gateway: UntypedObject): Condition | undefined {
  const conditions = gateway.status?.conditions;
  for (const status of ['False', 'Unknown']) {
    for (const type of ['Accepted', 'Programmed']) {
      const condition = currentCondition(snapshot, gateway, conditions, { type, status, grace: GRACE });
      if (condition !== undefined) return condition;
    }
  }
  return undefined;
}

function finding(gateway: UntypedObject, condition: Condition): Finding {
  const subject = refOf(gateway);
  const reason = condition.reason ?? `${condition.type}=False`;
  return {
    rule: gatewayNotProgrammed.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.stated,
    ...optional('since', condition.lastTransitionTime),
    message: `${inWords(subject)} is not set up (${reason})`,
    cause: `The controller of ${inWords(subject)} says: ${inline(condition.message ?? reason)}.`,
    evidence: [fromCondition(subject, condition)],
    fixes: [
      describeFix(subject, `Correct what the conditions of ${inWords(subject)} name`, [
        reason.startsWith('Address')
          ? 'The load balancer of the Gateway has no address that it can use: see the Service that the controller made for it, and spec.addresses.'
          : 'They name the field that the controller cannot work with.',
      ]),
    ],
  };
}
