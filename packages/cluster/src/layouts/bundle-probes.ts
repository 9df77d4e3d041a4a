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
    const { ns = '', name: pullSecret = '' } = PULL_SECRET.exec(path)?.groups ?? {};
    if (pullSecret !== '') {
      present.set(`Secret/${ns}/${pullSecret}`, {
        ...shell('Secret', ns, pullSecret),
        type: 'kubernetes.io/dockerconfigjson',
        data: { '.dockerconfigjson': null },
      });
      continue;
    }
    const probe = probeOf(path, fact);
    if (probe === undefined) continue;
    const { kind, namespace, name, exists } = probe;
    const key = `${kind}/${namespace}/${name}`;
    if (exists === true && !present.has(key)) present.set(key, shell(kind, namespace, name));
    if (exists === false && saysNotFound(facts, path, name)) {
      absent.push({ ref: ref(kind, namespace, name), state: 'absent' });
    }
  }
  return { present: [...present.values()], absent };
}

function shell(kind: string, namespace: string, name: string): JsonObject {
  return { apiVersion: 'v1', kind, metadata: { namespace, name }, dataKeys: 'unknown' };
}

interface Probe {
  readonly kind: 'Secret' | 'ConfigMap';
  readonly namespace: string;
  readonly name: string;
  readonly exists: unknown;
}

function probeOf(path: string, fact: unknown): Probe | undefined {
  const folder = PROBE.exec(path)?.groups?.['kind'];
  const namespace = text(member(fact, 'namespace'));
  const name = text(member(fact, 'name'));
  if (folder === undefined || namespace === undefined || name === undefined) return undefined;
  return folder === 'secrets'
    ? { kind: 'Secret', namespace, name, exists: member(fact, 'secretExists') }
    : { kind: 'ConfigMap', namespace, name, exists: member(fact, 'configMapExists') };
}

function saysNotFound(facts: ReadonlyMap<string, unknown>, path: string, name: string): boolean {
  const [folder = ''] = path.split('/', 1);
  const errors = facts.get(path.replace(`${folder}/`, `${folder}-errors/`));
  const said = `${folder} "${name}" not found`;
  return elements(errors).some((error) => error === said);
}
