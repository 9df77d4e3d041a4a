import { elements, isObject, member, text, type JsonObject } from '../guards.ts';

/** A number or truth value where the API takes text only. */
export interface Unquoted {
  readonly path: string;
  /** As the API server calls it. */
  readonly type: 'number' | 'bool';
}

/**
 * Labels, annotations, selectors, variables, commands and data that YAML takes for numbers or truth values: `value: 8080`. The
 * API server converts nothing.
 */
export function* unquotedIn(object: JsonObject): Generator<Unquoted> {
  const kind = text(object['kind']) ?? '';
  const { metadata, spec } = object;
  yield* ofMeta(metadata, 'metadata');
  if (kind === 'ConfigMap') yield* ofMap(object['data'], 'data');
  if (kind === 'Secret') yield* ofMap(object['stringData'], 'stringData');
  if (kind === 'Service' || kind === 'ReplicationController') yield* ofMap(member(spec, 'selector'), 'spec.selector');
  if (SELECTING.has(kind)) yield* ofMap(member(member(spec, 'selector'), 'matchLabels'), 'spec.selector.matchLabels');
  if (kind === 'Pod') yield* ofPod(spec, 'spec');
  else if (kind === 'CronJob')
    yield* ofTemplate(
      member(member(member(spec, 'jobTemplate'), 'spec'), 'template'),
      'spec.jobTemplate.spec.template',
    );
  else if (MAKING.has(kind)) yield* ofTemplate(member(spec, 'template'), 'spec.template');
}

const SELECTING: ReadonlySet<string> = new Set([
  'DaemonSet',
  'Deployment',
  'PodDisruptionBudget',
  'ReplicaSet',
  'StatefulSet',
]);
const MAKING: ReadonlySet<string> = new Set([
  'DaemonSet',
  'Deployment',
  'Job',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
]);

function* ofTemplate(template: unknown, path: string): Generator<Unquoted> {
  yield* ofMeta(member(template, 'metadata'), `${path}.metadata`);
  yield* ofPod(member(template, 'spec'), `${path}.spec`);
}

function* ofMeta(metadata: unknown, path: string): Generator<Unquoted> {
  for (const field of ['labels', 'annotations']) yield* ofMap(member(metadata, field), `${path}.${field}`);
}

function* ofPod(spec: unknown, path: string): Generator<Unquoted> {
  yield* ofMap(member(spec, 'nodeSelector'), `${path}.nodeSelector`);
  for (const field of ['initContainers', 'containers']) {
    for (const [i, container] of elements(member(spec, field)).entries()) {
      const at = `${path}.${field}[${i}]`;
      for (const list of ['command', 'args'])
        for (const [j, part] of elements(member(container, list)).entries())
          yield* ofValue(part, `${at}.${list}[${j}]`);
      for (const [j, variable] of elements(member(container, 'env')).entries())
        yield* ofValue(member(variable, 'value'), `${at}.env[${j}].value`);
    }
  }
}

function* ofMap(map: unknown, path: string): Generator<Unquoted> {
  if (!isObject(map)) return;
  for (const [key, value] of Object.entries(map)) yield* ofValue(value, `${path}["${key}"]`);
}

function* ofValue(value: unknown, path: string): Generator<Unquoted> {
  if (typeof value === 'number') yield { path, type: 'number' };
  else if (typeof value === 'boolean') yield { path, type: 'bool' };
}
