import { templated, type Templated } from './templated.ts';
import { manifestRule } from '@kroot/analyzers';
import { podContainers } from '@kroot/graph';
import {
  CONFIDENCE,
  formatRef,
  type Analyzer,
  type Finding,
  type KubernetesObject,
  type StatefulSet,
} from '@kroot/types';
import { templatePath } from './template-path.ts';

const meta = manifestRule('manifest-refused');

/** Reports workloads that contradict themselves, so that the API server refuses them. */
export const manifestRefused: Analyzer = {
  meta,
  *analyze({ snapshot }) {
    for (const workload of templated(snapshot)) {
      yield* selectorFault(workload);
      yield* mountFaults(workload);
    }
  },
};

type Spec = Partial<Pick<StatefulSet['spec'], 'selector' | 'volumeClaimTemplates'>>;

/** The parts of a workload's spec that only some kinds have. */
function specOf(object: KubernetesObject): Spec {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the reader has shaped these fields of every workload
  return (object as { readonly spec?: Spec }).spec ?? {};
}

const SELECTING: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

function* selectorFault({ ref, object, template }: Templated): Generator<Finding> {
  if (!SELECTING.has(ref.kind)) return;
  const { selector } = specOf(object);
  const labels = new Map(Object.entries(template.metadata?.labels ?? {}));
  const first = Object.entries(selector?.matchLabels ?? {}).find(([key, value]) => labels.get(key) !== value);
  if (first === undefined) return;
  const [key, value] = first;
  const has = labels.get(key);
  yield {
    rule: meta.id,
    subject: ref,
    discriminator: 'selector',
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    message: `The selector of ${formatRef(ref)} does not select its own pods`,
    cause: `It asks for ${key}=${value}, and the template has ${has === undefined ? 'no such label' : `${key}=${has}`}.`,
    evidence: [
      { source: 'spec', ref, path: `spec.selector.matchLabels["${key}"]`, quote: `${key}: ${value}` },
      {
        source: 'spec',
        ref,
        path: 'spec.template.metadata.labels',
        quote: [...labels].map(([name, set]) => `${name}: ${set}`).join(', ') || 'no labels',
      },
    ],
    fixes: [
      {
        summary: `Give the template the label ${key}: ${value}.`,
        steps: [],
        commands: [],
        effect: 'none',
        where: 'git',
      },
    ],
  };
}

function* mountFaults({ ref, object, template }: Templated): Generator<Finding> {
  const { volumeClaimTemplates: claims = [] } = specOf(object);
  const volumes = new Set([
    ...(template.spec.volumes ?? []).map(({ name }) => name),
    ...claims.map(({ metadata }) => metadata.name),
  ]);
  const above = templatePath(ref.kind);
  for (const { container, path } of podContainers(template.spec)) {
    for (const [i, { name }] of (container.volumeMounts ?? []).entries()) {
      if (volumes.has(name)) continue;
      yield {
        rule: meta.id,
        subject: ref,
        discriminator: `${container.name}/${name}`,
        severity: 'critical',
        confidence: CONFIDENCE.proved,
        message: `Container "${container.name}" of ${formatRef(ref)} mounts volume "${name}", which is not there`,
        cause: `It has ${volumes.size === 0 ? 'no volumes' : `the volumes ${[...volumes].join(', ')}`}.`,
        evidence: [{ source: 'spec', ref, path: `${above}${path}.volumeMounts[${i}].name`, quote: name }],
        fixes: [
          {
            summary: `Add a volume "${name}", or correct the name.`,
            steps: [],
            commands: [],
            effect: 'none',
            where: 'git',
          },
        ],
      };
    }
  }
}
