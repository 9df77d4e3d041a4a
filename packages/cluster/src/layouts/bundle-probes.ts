import { ref } from '@kroot/types';
import { elements, member, text, type JsonObject } from '../guards.ts';
import { type CoverageStatement } from '../snapshot/statement.ts';

const PROBE = /^(?<kind>secrets|configmaps)\/.+\.json$/;
const PULL_SECRET = /^cluster-resources\/image-pull-secrets\/(?<ns>[^/]+)\/(?<name>[^/]+)\.json$/;

/** What a bundle says about single Secrets and ConfigMaps. */
export interface Probed {
  /** Those that were there; of their keys no more is known than what was asked for. */
  readonly present: readonly JsonObject[];
  readonly absent: readonly CoverageStatement[];
}

/**
 * Reads what collectors of Secrets and ConfigMaps found. Some versions write `secretExists: false` after every error, so
 * that it counts only if the error beside it says `not found`; everything else stays unknown.
 */
export function probedObjects(facts: ReadonlyMap<string, unknown>): Probed {
  const present = new Map<string, JsonObject>();
  const absent: CoverageStatement[] = [];
  for (const [path, fact] of facts) {
    const pullSecret = PULL_SECRET.exec(path)?.groups;
    if (pullSecret !== undefined) {
      const { ns = '', name = '' } = pullSecret;
      present.set(`Secret/${ns}/${name}`, {
        ...shell('Secret', ns, name),
        type: 'kubernetes.io/dockerconfigjson',
        data: { '.dockerconfigjson': null },
      });
      continue;
    }
    const folder = PROBE.exec(path)?.groups?.['kind'];
    if (folder === undefined) continue;
    const kind = folder === 'secrets' ? 'Secret' : 'ConfigMap';
    const exists = member(fact, kind === 'Secret' ? 'secretExists' : 'configMapExists');
    const namespace = text(member(fact, 'namespace'));
    const name = text(member(fact, 'name'));
    if (namespace === undefined || name === undefined) continue;
    const key = `${kind}/${namespace}/${name}`;
    if (exists === true && !present.has(key)) present.set(key, shell(kind, namespace, name));
    if (exists === false && saysNotFound(facts, folder, path, name)) {
      absent.push({ ref: ref(kind, namespace, name), state: 'absent' });
    }
  }
  return { present: [...present.values()], absent };
}

function shell(kind: string, namespace: string, name: string): JsonObject {
  return { apiVersion: 'v1', kind, metadata: { namespace, name }, dataKeys: 'unknown' };
}

function saysNotFound(facts: ReadonlyMap<string, unknown>, folder: string, path: string, name: string): boolean {
  const errors = facts.get(path.replace(`${folder}/`, `${folder}-errors/`));
  const said = `${folder} "${name}" not found`;
  return elements(errors).some((error) => error === said);
}
