import { type ResourceRef } from '@kroot/types';
import { formatQuantity } from '../quantity.ts';
import { formatRequirement } from '../selectors.ts';
import { easiestTerm } from './easiest-term.ts';
import {
  type FailedRequirement,
  type InterPodAffinityRejection,
  type NodeAffinityRejection,
  type Rejection,
  type TopologySpreadRejection,
  type VolumeBindingRejection,
} from './rejection.ts';

/** Why a node refuses, in a few words with keys and amounts. */
export function rejectionWords(rejection: Rejection): string {
  switch (rejection.plugin) {
    case 'SchedulingGates':
      return `scheduling gates ${rejection.gates.join(', ')}`;
    case 'NodeUnschedulable':
      return 'cordoned';
    case 'NodeName':
      return `the pod names node ${rejection.wanted}`;
    case 'TaintToleration':
      return `untolerated taint ${taintText(rejection)}`;
    case 'NodeAffinity':
      return affinityWords(rejection);
    case 'NodePorts':
      return `host port ${rejection.port}/${rejection.protocol} held by ${podText(rejection.heldBy)}`;
    case 'NodeResourcesFit':
      return resourceWords(rejection);
    case 'VolumeBinding':
      return bindingWords(rejection);
    case 'PodTopologySpread':
      return spreadWords(rejection);
    case 'InterPodAffinity':
      return interPodWords(rejection);
    case 'VolumeRestrictions':
      return `claim ${rejection.claim.name} (ReadWriteOncePod) is used by ${podText(rejection.heldBy)}`;
    case 'NodeVolumeLimits':
      return `${rejection.driver}: ${rejection.attached} of ${rejection.limit} volumes attached, ${rejection.more} more wanted`;
    case 'VolumeZone':
    default:
      return `volume ${rejection.volume.name} wants ${rejection.key}=${rejection.wanted}${has(rejection.actual)}`;
  }
}

/** A taint as kubectl prints it. */
export function taintText({
  key,
  value,
  effect,
}: {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}): string {
  return `${key}${value === '' ? '' : `=${value}`}:${effect}`;
}

/** A pod as `namespace/name`. */
export function podText({ namespace, name }: ResourceRef): string {
  return `Pod ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function has(actual: string | undefined): string {
  return actual === undefined ? ', the node has none' : `, the node has ${actual === '' ? 'an empty value' : actual}`;
}

function affinityWords(rejection: NodeAffinityRejection): string {
  if (rejection.kind === 'nodeSelector')
    return `nodeSelector ${rejection.key}=${rejection.wanted}${has(rejection.actual)}`;
  const failed = easiestTerm(rejection.terms);
  if (failed.length === 0) return 'node affinity without an alternative that can hold';
  return `node affinity ${failed.map((requirement) => failedWords(requirement)).join(' and ')}`;
}

function failedWords({ key, operator, values, actual }: FailedRequirement): string {
  return `${formatRequirement({ key, operator, values })}${has(actual)}`;
}

function resourceWords(rejection: Extract<Rejection, { readonly plugin: 'NodeResourcesFit' }>): string {
  const { resource, requested, free, allocatable } = rejection;
  const amount = (value: bigint): string => formatQuantity(resource, value > 0n ? value : 0n);
  if (resource === 'pods') return `full: it takes ${amount(allocatable)} pods`;
  return `${resource}: asks for ${amount(requested)}, ${amount(free)} of ${amount(allocatable)} free`;
}

function bindingWords(rejection: VolumeBindingRejection): string {
  const claim = `claim ${rejection.claim.name}`;
  switch (rejection.kind) {
    case 'node-affinity':
      return `volume ${rejection.volume.name} wants ${easiestTerm(rejection.terms)
        .map((requirement) => failedWords(requirement))
        .join(' and ')}`;
    case 'volume-missing':
      return `volume ${rejection.volume.name} of ${claim} does not exist`;
    case 'no-volume':
      return `no free volume for ${claim} there`;
    case 'other-node':
      return `the volume for ${claim} is made for node ${rejection.selected}`;
    case 'unbound':
      return `${claim} is not bound`;
    case 'claim-missing':
      return `${claim} does not exist`;
    case 'claim-deleting':
      return `${claim} is being deleted`;
    case 'claim-lost':
    default:
      return `${claim} has lost its volume`;
  }
}

function spreadWords(rejection: TopologySpreadRejection): string {
  if (rejection.kind === 'missing-label') return `lacks label ${rejection.topologyKey} of the spread constraint`;
  const { topologyKey, domain, matching, fewest, maxSkew, domains, minDomains } = rejection;
  const few = minDomains !== undefined && domains < minDomains ? `, ${domains} of ${minDomains} domains` : '';
  return `spread over ${topologyKey}: ${domain} has ${matching}, the emptiest ${fewest}, maxSkew ${maxSkew}${few}`;
}

function interPodWords({ kind, term, other, missingLabel }: InterPodAffinityRejection): string {
  const { topologyKey } = term;
  if (missingLabel) return `lacks label ${topologyKey}, which the affinity goes by`;
  if (kind === 'affinity') return `no pod that the affinity asks for in this ${topologyKey}`;
  const who = other === undefined ? '' : ` ${podText(other)}`;
  return kind === 'anti-affinity'
    ? `anti-affinity (${topologyKey}) with${who}`
    : `anti-affinity (${topologyKey}) of${who}`;
}
