import { builtinKind, formatRef, type Diagnosis, type ResourceRef } from '@kroot/types';
import type { CodeFlow, Location } from 'sarif';
import { cleanText } from '../clean-text.ts';
import { sarifMessage } from './message.ts';

/** An object of the cluster as a location: `v1/Secret/prod/db-password`, `apps/v1/Deployment/prod/api`. */
export function toLocation(target: ResourceRef, state?: string): Location {
  const name = cleanText(qualifiedName(target));
  const location = { logicalLocations: [{ name: cleanText(target.name), fullyQualifiedName: name, kind: 'resource' }] };
  return state === undefined || state === '' ? location : { ...location, message: sarifMessage(state) };
}

/** The main chain, from what fails first to the cause, as a code flow; viewers show it step by step. */
export function toCodeFlows({ rootCause, traces, why, message }: Diagnosis): readonly CodeFlow[] {
  const [trace] = traces;
  if (trace === undefined) return [];
  const states = new Map(trace.hops.map(({ from, state }) => [formatRef(from), state]));
  states.set(formatRef(rootCause), why.state === '' ? message : why.state);
  const locations = trace.chain.map((target) => ({
    location: toLocation(target, states.get(formatRef(target)) ?? formatRef(target)),
  }));
  return [{ threadFlows: [{ locations }] }];
}

function qualifiedName({ group, kind, name, namespace }: ResourceRef): string {
  const known = builtinKind(kind);
  const version = known?.group === group ? `/${known.version}` : '';
  const api = group === '' ? 'v1' : `${group}${version}`;
  return [api, ...(namespace === undefined ? [kind] : [kind, namespace]), name].join('/');
}
