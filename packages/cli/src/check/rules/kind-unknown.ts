import { manifestRule } from '@kroot/analyzers';
import { type Manifest } from '@kroot/cluster';
import { nearNames } from '@kroot/graph';
import { builtinKind, BUILTIN_KINDS, CONFIDENCE, type Analyzer } from '@kroot/types';
import { removedApi } from './removed-apis.ts';

/** Groups of Kubernetes itself; nobody else may define kinds in them. */
const OWN_GROUPS: ReadonlySet<string> = new Set(BUILTIN_KINDS.map(({ group }) => group));

/** Kinds of Kubernetes that kroot reads nothing of; each resembles one that it reads. */
const OTHER_KINDS: ReadonlySet<string> = new Set(['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding']);

/** Reports kinds that Kubernetes does not have under the given API version and that are close to one that it has. */
export function manifestKindUnknown(manifests: readonly Manifest[]): Analyzer {
  const meta = manifestRule('manifest-kind-unknown');
  return {
    meta,
    *analyze() {
      for (const manifest of manifests) {
        const { apiVersion, kind, location, ref } = manifest;
        const right = rightType(apiVersion, kind);
        if (right === undefined) continue;
        // What is wrong, and so where it is to be repaired.
        const isMisspelt = right.kind !== kind;
        yield {
          rule: meta.id,
          subject: ref,
          discriminator: `${apiVersion} ${kind}`,
          severity: 'critical',
          confidence: CONFIDENCE.proved,
          message: `There is no kind ${kind} in ${apiVersion}`,
          cause: `The API server refuses ${kind} ${ref.name}: Kubernetes has ${right.kind} in ${right.apiVersion}.`,
          evidence: [
            isMisspelt
              ? { source: 'spec', ref, path: 'kind', quote: `kind: ${kind}`, location }
              : { source: 'spec', ref, path: 'apiVersion', quote: `apiVersion: ${apiVersion}` },
          ],
          fixes: [
            {
              summary: isMisspelt ? `Write kind: ${right.kind}.` : `Write apiVersion: ${right.apiVersion}.`,
              steps: [],
              commands: [],
              effect: 'none',
              where: 'git',
            },
          ],
        };
      }
    },
  };
}

interface Type {
  readonly apiVersion: string;
  readonly kind: string;
}

/** What was probably meant; undefined where the type is right or cannot be judged. */
function rightType(apiVersion: string, kind: string): Type | undefined {
  const slash = apiVersion.lastIndexOf('/');
  const group = slash === -1 ? '' : apiVersion.slice(0, slash);
  if (!OWN_GROUPS.has(group) || OTHER_KINDS.has(kind) || removedApi(apiVersion, kind) !== undefined) return undefined;
  const known = builtinKind(kind);
  if (known?.group === group) return undefined;
  // Other groups of Kubernetes have an Event, too.
  if (known !== undefined) return kind === 'Event' ? undefined : typeOf(known);
  const own = BUILTIN_KINDS.filter((each) => each.group === group).map((each) => each.kind);
  const near = nearNames(kind, own).filter((each) => isSpeltLike(each, kind));
  const [only] = near;
  const found = only === undefined || near.length > 1 ? undefined : builtinKind(only);
  return found === undefined ? undefined : typeOf(found);
}

/** A kind whose name is part of another is another kind: Lease and LeaseCandidate. */
function isSpeltLike({ length }: string, kind: string): boolean {
  return Math.abs(length - kind.length) <= Math.max(1, kind.length / 4);
}

function typeOf({
  group,
  version,
  kind,
}: {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}): Type {
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind };
}
