import { groupBy, podState, topOwner, type PodState } from '@kroot/graph';
import { CONFIDENCE, refKey, type Analyzer, type EnvVar, type Finding, type ResourceRef } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';

interface Shadowed {
  readonly owner: ResourceRef;
  readonly pod: PodState;
  readonly container: string;
  readonly name: string;
  readonly places: readonly Entry[];
}

interface Entry {
  readonly variable: EnvVar;
  readonly index: number;
  readonly words: string;
}

/** Reports variables that a held-up container sets twice with different values. */
export const envDuplicateShadowing: Analyzer = {
  meta: {
    id: 'env-duplicate-shadowing',
    title: 'Variable is set twice, and the last value counts',
    role: 'fault',
    severity: 'info',
    reads: ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet'],
    breaks: ['dependency'],
    docs: {
      means: 'A container lists the same variable more than once with different values; the program sees the last one.',
      decides:
        'The container of a pod that is held up at its program has a name twice in env, with values that differ.',
      silent: 'While the pods are ready, and where both values are the same.',
      falsePositives: 'The value that counts may be the right one: this is a hint beside the fault that is told.',
      references: ['https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/'],
    },
  },
  *analyze({ snapshot }) {
    const found = snapshot.list('Pod').flatMap((pod) => {
      const state = podState(snapshot, pod);
      return shadowed(state, topOwner(snapshot, pod));
    });
    for (const group of groupBy(
      found,
      ({ owner, container, name }) => `${refKey(owner)}\n${container}\n${name}`,
    ).values()) {
      const [first] = group;
      if (first !== undefined) yield finding(first);
    }
  },
};

const AT_PROGRAM: ReadonlySet<string> = new Set(['exit', 'readiness', 'startup', 'init-running']);

function shadowed(pod: PodState, owner: ResourceRef): readonly Shadowed[] {
  const { culprit } = pod;
  if (!pod.blocked || culprit === undefined || !AT_PROGRAM.has(pod.stage)) return [];
  const entries = (culprit.container.env ?? []).map((variable, index) => ({
    variable,
    index,
    words: valueWords(variable),
  }));
  return [...groupBy(entries, ({ variable }) => variable.name).entries()].flatMap(([name, places]) =>
    new Set(places.map(({ words }) => words)).size < 2 ? [] : [{ owner, pod, container: culprit.name, name, places }],
  );
}

/** Values of such variables are not repeated in a report. */
const SECRET_NAME = /pass|pwd|secret|token|key|cred|auth/i;

function shownWords({ variable, words }: Entry): string {
  return SECRET_NAME.test(variable.name) && variable.valueFrom === undefined ? 'another value' : words;
}

function valueWords({ value, valueFrom }: EnvVar): string {
  return valueFrom === undefined ? `"${value ?? ''}"` : JSON.stringify(valueFrom);
}

function finding({ owner, pod, container, name, places }: Shadowed): Finding {
  const last = places.at(-1);
  return {
    rule: envDuplicateShadowing.meta.id,
    subject: owner,
    discriminator: `${container}/${name}`,
    severity: 'info',
    confidence: CONFIDENCE.proved,
    message: `Container "${container}" of ${inWords(owner)} sets ${name} ${places.length} times`,
    cause: `The last entry counts: ${name} is ${last === undefined ? '' : shownWords(last)}, whatever the entries before it say.`,
    evidence: places
      .slice(0, 4)
      .map((place) =>
        fromSpec(pod.ref, `${pod.culprit?.path ?? ''}.env[${place.index}]`, `${name}=${shownWords(place)}`),
      ),
    // A hint that explains nothing by itself.
    breaks: [],
    fixes: [
      describeFix(owner, `Keep one entry for ${name} in container "${container}" of ${inWords(owner)}`, [
        'A base and an overlay, or a chart and its values, may each add one.',
      ]),
    ],
  };
}
