import { type End } from './ends.ts';
import { type Deciders, type RuleMatch } from './decision.ts';
import { hasPort } from './port-set.ts';
import { type Tier } from './policy-model.ts';
import { type AppliedPolicies } from './policy-engine.ts';
import { formatRulePorts, lacksNamedPort } from './rule-ports.ts';
import { type Allower, type Blocker, type Direction } from './verdict.ts';

/** The port on the destination, and who that is. */
export interface WantedPort {
  readonly port: number;
  readonly protocol: string;
  readonly destination: End;
}

/** One direction of a connection to one port. */
export interface Asked {
  readonly direction: Direction;
  readonly applied: AppliedPolicies;
  readonly deciders: Deciders;
  readonly other: End;
  readonly wanted: WantedPort;
}

/** Whether a rule is about a port, for certain or perhaps. */
export function isAboutPort({ ports }: RuleMatch, { protocol, port }: WantedPort): 'yes' | 'perhaps' | 'no' {
  if (hasPort(ports.certain, protocol, port)) return 'yes';
  return hasPort(ports.possible, protocol, port) ? 'perhaps' : 'no';
}

function decides(match: RuleMatch, wanted: WantedPort): boolean {
  return match.peer.answer === 'yes' && isAboutPort(match, wanted) === 'yes';
}

/** The first rule of a tier that is about the connection for certain; not one that passes it on, unless asked for. */
export function decidingRule({ deciders, wanted }: Asked, tier: Tier, orPasses = false): RuleMatch | undefined {
  const first = deciders.matches.find((match) => match.policy.tier === tier && decides(match, wanted));
  return first?.rule.action === 'pass' && !orPasses ? undefined : first;
}

/** The rules that let a connection through; none where nothing isolates the pod. */
export function allowersOf(asked: Asked): readonly Allower[] {
  const { deciders } = asked;
  const rule =
    decidingRule(asked, 'admin') ??
    (deciders.isolated ? decidingRule(asked, 'namespace') : decidingRule(asked, 'baseline'));
  return rule === undefined ? [] : [{ policy: rule.policy.ref, direction: asked.direction, rule: rule.rule.position }];
}

/** The policies that refuse a connection: the rule of a cluster-wide policy, or every NetworkPolicy that selects the pod. */
export function blockersOf(asked: Asked): readonly Blocker[] {
  const admin = decidingRule(asked, 'admin');
  const rule = admin ?? (asked.deciders.isolated ? undefined : decidingRule(asked, 'baseline'));
  if (rule !== undefined) return [denialOf(asked, rule)];
  return asked.applied.policies
    .filter(({ policy }) => policy.tier === 'namespace')
    .map(({ policy }) => nearestMiss(asked, policy.ref));
}

/** Why it cannot be told: the first rule that may decide. */
export function doubtOf({ deciders, wanted, other, applied }: Asked): string | undefined {
  for (const match of deciders.matches) {
    const about = isAboutPort(match, wanted);
    if (about === 'no' || match.peer.answer === 'no') continue;
    if (match.peer.answer === 'unknown') return match.peer.reason?.(other.text);
    if (about === 'perhaps') return `which port ${formatRulePorts(match.rule.ports)} is depends on the destination`;
  }
  return applied.gap;
}

function denialOf({ direction, wanted, other }: Asked, { policy, rule }: RuleMatch): Blocker {
  const list = direction.toLowerCase();
  return {
    policy: policy.ref,
    direction,
    reason: 'denied',
    rule: rule.position,
    detail: `${list}[${rule.position}] denies ${wanted.protocol}/${wanted.port} ${direction === 'Ingress' ? 'from' : 'to'} ${other.text}`,
  };
}

/** The nearest miss of a policy: a rule that has the peer but not the port is nearer than one without the peer. */
function nearestMiss({ deciders, direction, other, wanted }: Asked, policy: Blocker['policy']): Blocker {
  const matches = deciders.matches.filter((match) => match.policy.ref === policy);
  const blocker = { policy, direction };
  const word = direction.toLowerCase();
  if (matches.length === 0) return { ...blocker, reason: 'no-rules', detail: `it has no ${word} rule` };
  const rightPeer = matches.filter(({ peer }) => peer.answer !== 'no');
  const lacksName = (match: RuleMatch): boolean =>
    lacksNamedPort(match.rule.ports, wanted.protocol, wanted.destination);
  const nearest = rightPeer.find((match) => lacksName(match)) ?? rightPeer[0];
  if (nearest === undefined) return { ...blocker, reason: 'peer', detail: `no ${word} rule names ${other.text}` };
  const listed = formatRulePorts(nearest.rule.ports);
  const miss = { ...blocker, rule: nearest.rule.position };
  return lacksName(nearest)
    ? {
        ...miss,
        reason: 'named-port',
        detail: `its ${word} rule names ${listed}, which ${wanted.destination.text} does not declare`,
      }
    : {
        ...miss,
        reason: 'port',
        detail: `its ${word} rule names ${listed}, not ${wanted.protocol}/${wanted.port}`,
      };
}
