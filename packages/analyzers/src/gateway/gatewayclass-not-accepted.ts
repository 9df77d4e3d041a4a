import { groupBy, refOf } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type Condition,
  type Finding,
  type ResourceRef,
  type Snapshot,
  type UntypedObject,
} from '@kroot/types';
import { computed, fromCondition, fromSpec } from '../support/evidence.ts';
import { CLASS_KIND, currentCondition, GATEWAY_API, GATEWAY_KIND } from '../support/gateway-api.ts';
import { describeFix, inWords, kubectl } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { textOf } from '../support/untyped.ts';
import { inline, listed } from '../support/words.ts';

const GRACE = 120_000;

/** Reports classes of Gateways that no controller serves, or that do not exist. */
export const gatewayclassNotAccepted: Analyzer = {
  meta: {
    id: 'gatewayclass-not-accepted',
    title: 'No controller serves a class of Gateways',
    role: 'fault',
    severity: 'critical',
    reads: [CLASS_KIND, GATEWAY_KIND],
    breaks: ['route'],
    docs: {
      means:
        'Gateways of the class are not set up at all: their controller is not installed or does not accept the class.',
      decides:
        'A Gateway names a class that is proved not to exist, or whose condition Accepted is False or still Unknown after two minutes.',
      silent: 'For classes that no Gateway uses.',
      references: ['https://gateway-api.sigs.k8s.io/api-types/gatewayclass/'],
    },
  },
  *analyze({ snapshot }) {
    const byClass = groupBy(snapshot.list(GATEWAY_KIND), ({ spec }) => textOf(spec, 'gatewayClassName') ?? '');
    for (const [name, gateways] of byClass) {
      const subject = { group: GATEWAY_API, kind: 'GatewayClass', name };
      const object = snapshot.list(CLASS_KIND).find(({ metadata }) => metadata.name === name);
      if (object !== undefined) {
        const condition = refusal(snapshot, object);
        if (condition !== undefined) yield finding(subject, gateways, condition);
      } else if (name !== '' && snapshot.lookup(subject).state === 'absent') yield finding(subject, gateways);
    }
  },
};

function refusal(snapshot: Snapshot, object: UntypedObject): Condition | undefined {
  const conditions = object.status?.conditions;
  return (
    currentCondition(snapshot, object, conditions, { type: 'Accepted', status: 'False', grace: GRACE }) ??
    currentCondition(snapshot, object, conditions, { type: 'Accepted', status: 'Unknown', grace: GRACE })
  );
}

function finding(subject: ResourceRef, gateways: readonly UntypedObject[], condition?: Condition): Finding {
  const users = gateways.map((gateway) => refOf(gateway));
  const names = listed(users.map((each) => inWords(each)));
  const reason = condition?.reason ?? 'not accepted';
  return {
    rule: gatewayclassNotAccepted.meta.id,
    subject,
    severity: 'critical',
    confidence: condition === undefined ? CONFIDENCE.proved : CONFIDENCE.stated,
    ...optional('since', condition?.lastTransitionTime),
    message:
      condition === undefined
        ? `${inWords(subject)} does not exist, but ${names} ${users.length === 1 ? 'uses' : 'use'} it`
        : `${inWords(subject)} is not accepted by a controller (${reason})`,
    cause: `${names} ${users.length === 1 ? 'is' : 'are'} of class ${subject.name}, ${condition === undefined ? 'which does not exist' : `whose status says: ${inline(condition.message ?? reason)}`}.`,
    evidence: [
      condition === undefined
        ? computed(subject, 'not among the GatewayClasses of the cluster')
        : fromCondition(subject, condition),
      ...users.slice(0, 2).map((each) => fromSpec(each, 'spec.gatewayClassName', subject.name)),
    ],
    affects: users,
    fixes: [
      condition === undefined
        ? {
            summary: `Install the controller that brings ${inWords(subject)}, or correct the class of ${names}`,
            steps: ['A class comes with its controller; the list shows those that exist.'],
            commands: [kubectl(undefined, 'get', 'gatewayclasses.gateway.networking.k8s.io')],
            effect: 'none',
            where: 'cluster',
          }
        : describeFix(subject, `Start the controller of ${inWords(subject)}, or correct the parameters of the class`, [
            'spec.controllerName tells which controller has to accept the class; Unknown means that none has looked at it yet.',
          ]),
    ],
  };
}
