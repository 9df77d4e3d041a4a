import { type Manifest } from '@kroot/cluster';
import { nearNames } from '@kroot/graph';
import { builtinKind, BUILTIN_KINDS, CONFIDENCE, type Analyzer } from '@kroot/types';
import { manifestMeta } from './manifest-rule.ts';
import { removedApi } from './removed-apis.ts';

/** Groups of Kubernetes itself; nobody else may define kinds in them. */
const OWN_GROUPS: ReadonlySet<string> = new Set(BUILTIN_KINDS.map(({ group }) => group));

/** Reports kinds that Kubernetes does not have under the given API version and that are close to one that it has. */
export function manifestKindUnknown(manifests: readonly Manifest[]): Analyzer {
  const meta = manifestMeta('manifest-kind-unknown', 'Kind does not exist', 'critical', {
    means: 'The API server refuses the manifest: the kind is misspelt, or belongs to another API group.',
    decides:
      'The API group is one of Kubernetes itself, and the kind is in another one or one letter or two away from one.',
    silent: 'For kinds of other groups, which definitions in the cluster may make, and for kinds that resemble none.',
    references: ['https://kubernetes.io/docs/reference/kubernetes-api/'],
  });
  return {
    meta,
    *analyze() {
      for (const manifest of manifests) {
        const { apiVersion, kind, location, ref } = manifest;
        const right = rightType(apiVersion, kind);
        if (right === undefined) continue;
        yield {
          rule: meta.id,
          subject: ref,
          discriminator: `${apiVersion} ${kind}`,
          severity: 'critical',
          confidence: CONFIDENCE.proved,
          message: `There is no kind ${kind} in ${apiVersion}`,
          cause: `The API server refuses ${kind} ${ref.name}: Kubernetes has ${right.kind} in ${right.apiVersion}.`,
          evidence: [{ source: 'spec', ref, path: 'kind', quote: `${apiVersion} ${kind}`, location }],
          fixes: [
            {
              summary: `Write apiVersion: ${right.apiVersion} and kind: ${right.kind}.`,
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
  if (!OWN_GROUPS.has(group) || removedApi(apiVersion, kind) !== undefined) return undefined;
  const known = builtinKind(kind);
  if (known?.group === group) return undefined;
  // Other groups of Kubernetes have an Event, too.
  if (known !== undefined) return kind === 'Event' ? undefined : typeOf(known);
  const near = nearNames(
    kind,
    BUILTIN_KINDS.filter((each) => each.group === group).map((each) => each.kind),
  );
  const [only] = near;
  const found = only === undefined || near.length > 1 ? undefined : builtinKind(only);
  return found === undefined ? undefined : typeOf(found);
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
