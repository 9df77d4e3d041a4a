import { builtinKind, formatRef, type Diagnosis, type ResourceRef, type SourceLocation } from '@kroot/types';
import type { CodeFlow, Location, PhysicalLocation } from 'sarif';
import { cleanText } from '../clean-text.ts';
import { sarifMessage } from './message.ts';

/**
 * An object of the cluster as a location: `v1/Secret/prod/db-password`, `apps/v1/Deployment/prod/api`; with the place in a
 * file where there is one.
 */
export function toLocation(target: ResourceRef, state?: string, place?: SourceLocation): Location {
  const name = cleanText(qualifiedName(target));
  const location = {
    ...(place !== undefined && { physicalLocation: toPhysicalLocation(place) }),
    logicalLocations: [{ name: cleanText(target.name), fullyQualifiedName: name, kind: 'resource' }],
  };
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

function toPhysicalLocation(place: SourceLocation): PhysicalLocation {
  const { file, line, column, endLine, endColumn } = place;
  return {
    artifactLocation: { uri: toUri(file) },
    region: {
      startLine: line,
      startColumn: column,
      ...(endLine !== undefined && { endLine }),
      ...(endColumn !== undefined && { endColumn }),
    },
  };
}

/** A relative reference, so that consumers find the file in the repository; standard input has no file. */
function toUri(file: string): string {
  const path = cleanText(file)
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '');
  const encoded = encodeURI(path.replace(/^<stdin>$/, 'stdin'))
    .replaceAll('#', '%23')
    .replaceAll('?', '%3F');
  // A colon in the first segment would read as a scheme.
  return /^[^/]*:/.test(encoded) && !encoded.startsWith('/') ? `./${encoded}` : encoded;
}

function qualifiedName({ group, kind, name, namespace }: ResourceRef): string {
  const known = builtinKind(kind);
  const version = known?.group === group ? `/${known.version}` : '';
  const api = group === '' ? 'v1' : `${group}${version}`;
  return [api, ...(namespace === undefined ? [kind] : [kind, namespace]), name].join('/');
}
