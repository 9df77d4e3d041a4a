import { builtinKind, formatRef, type Diagnosis, type ResourceRef } from '@kroot/types';
import type { CodeFlow, Location, PhysicalLocation } from 'sarif';
import { cleanText } from '../clean-text.ts';
import { type FileLocation, type Locate } from '../locate.ts';
import { sarifMessage } from './message.ts';

/** How objects get their files, and whether what has none may be shown. */
export interface FileMapping {
  readonly locate: Locate;
  readonly filesOnly: boolean;
}

/** As many steps of a flow are kept by GitHub. */
const MAX_STEPS = 1000;

/**
 * An object of the cluster as a location: `v1/Secret/prod/db-password`, `apps/v1/Deployment/prod/api`, with its file where that
 * is known.
 */
export function toLocation(target: ResourceRef, file?: FileLocation, state = ''): Location {
  const name = cleanText(qualifiedName(target));
  return {
    ...(file === undefined ? {} : { physicalLocation: toPhysicalLocation(file) }),
    logicalLocations: [{ name: cleanText(target.name), fullyQualifiedName: name, kind: 'resource' }],
    ...(state === '' ? {} : { message: sarifMessage(state) }),
  };
}

/** GitHub wants all four numbers; where only the line is known, its first character is shown. */
function toPhysicalLocation({ path, line, column = 1, endLine = line, endColumn }: FileLocation): PhysicalLocation {
  const uri = path
    .replaceAll(/\p{Surrogate}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return {
    artifactLocation: { uri },
    region: { startLine: line, startColumn: column, endLine, endColumn: endColumn ?? column + 1 },
  };
}

/** The main chain, from what fails first to the cause, as a code flow; viewers show it step by step. */
export function toCodeFlows(
  { rootCause, traces, why, message }: Diagnosis,
  { locate, filesOnly }: FileMapping,
): readonly CodeFlow[] {
  const [trace] = traces;
  if (trace === undefined) return [];
  const states = new Map(trace.hops.map(({ from, state }) => [formatRef(from), state]));
  states.set(formatRef(rootCause), why.state === '' ? message : why.state);
  const locations = trace.chain.flatMap((target) => {
    const file = locate(target);
    if (filesOnly && file === undefined) return [];
    return { location: toLocation(target, file, states.get(formatRef(target)) ?? formatRef(target)) };
  });
  return locations.length === 0 ? [] : [{ threadFlows: [{ locations: locations.slice(0, MAX_STEPS) }] }];
}

function qualifiedName({ group, kind, name, namespace }: ResourceRef): string {
  const known = builtinKind(kind);
  const version = known?.group === group ? `/${known.version}` : '';
  const api = group === '' ? 'v1' : `${group}${version}`;
  return [api, ...(namespace === undefined ? [kind] : [kind, namespace]), name].join('/');
}
