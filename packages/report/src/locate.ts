import { refKey, type Diagnosis, type ResourceRef } from '@kroot/types';

/** A place in a file of a repository; lines and columns count from 1, ends are exclusive. */
export interface FileLocation {
  /** Relative to the root of the repository, with `/`. */
  readonly path: string;
  readonly line: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** Says in which file an object is written, as far as that is known. */
export type Locate = (target: ResourceRef) => FileLocation | undefined;

/** Where to show a diagnosis, and of which object that is the file. */
export interface Place {
  readonly location: FileLocation;
  readonly target: ResourceRef;
}

/**
 * The file of the root cause. What is missing is in no file: then that of the nearest object that suffers, which is the one
 * that names it, and at last of anything that the diagnosis tells of.
 */
export function placeOf(diagnosis: Diagnosis, locate: Locate): Place | undefined {
  const { resource, rootCause, symptoms, traces } = diagnosis;
  const chains = traces.flatMap(({ chain }) => chain.toReversed());
  const seen = new Set<string>();
  for (const target of [rootCause, ...chains, ...symptoms.map((symptom) => symptom.resource), resource]) {
    const key = refKey(target);
    if (seen.has(key)) continue;
    seen.add(key);
    const location = locate(target);
    if (location !== undefined) return { location, target };
  }
  return undefined;
}
