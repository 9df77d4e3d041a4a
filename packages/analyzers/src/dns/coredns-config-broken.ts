import { clusterDns, podReferences, podState, refOf, type PodState } from '@kroot/graph';
import {
  CONFIDENCE,
  type Analyzer,
  type ConfigMap,
  type Finding,
  type Fix,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { corefileProblem } from '../support/corefile.ts';
import { fromContainer, fromSpec } from '../support/evidence.ts';
import { sinceOf } from '../support/group-pods.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { podsOwner } from '../support/pods-owner.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { present } from '../support/present.ts';
import { inline } from '../support/words.ts';

/** Reports a Corefile that CoreDNS cannot start with. */
export const corednsConfigBroken: Analyzer = {
  meta: {
    id: 'coredns-config-broken',
    title: 'CoreDNS cannot start with its Corefile',
    role: 'fault',
    severity: 'critical',
    reads: ['Service', 'EndpointSlice', 'Pod', 'ConfigMap', 'Deployment', 'ReplicaSet'],
    breaks: ['container-exit', 'dependency', 'name-resolution'],
    docs: {
      means: 'The pods of the cluster DNS end at once because the Corefile in their ConfigMap is wrong.',
      decides:
        'A container of the cluster DNS ends again and again. Either its last words name the Corefile or the loop plugin, or the Corefile that it mounts holds a misspelled or removed plugin or braces that do not match.',
      silent: 'While the DNS pods run, whatever the Corefile holds: a running CoreDNS keeps its old configuration.',
      falsePositives: 'A custom build may hold a plugin whose name is close to that of a common one.',
      references: [
        'https://coredns.io/manual/configuration/',
        'https://coredns.io/plugins/loop/#troubleshooting-loops-in-kubernetes-clusters',
      ],
    },
  },
  *analyze({ snapshot }) {
    const failing = clusterDns(snapshot)
      .pods.map((pod) => podState(snapshot, pod))
      .filter(({ blocked, stage }) => blocked && stage === 'exit');
    const [first] = failing;
    const config = first === undefined ? undefined : corefileOf(snapshot, first);
    if (first !== undefined && config !== undefined) yield* finding(snapshot, config, failing);
  },
};

const KEY = 'Corefile';

interface Mounted {
  readonly configMap: ConfigMap;
  readonly text: string;
}

function corefileOf(snapshot: Snapshot, { pod }: PodState): Mounted | undefined {
  for (const { target } of podReferences(pod.spec, pod.metadata.namespace)) {
    const configMap =
      target.kind === 'ConfigMap' ? present(snapshot, 'ConfigMap', target.namespace, target.name) : undefined;
    const data = configMap?.data ?? {};
    if (configMap !== undefined && Object.hasOwn(data, KEY)) return { configMap, text: data[KEY] ?? '' };
  }
  return undefined;
}

/** What CoreDNS itself says of it, in a termination message. */
const SAID = /\bCorefile:\d+\b.{0,300}|plugin\/loop: Loop.{0,200}|\bUnknown directive.{0,200}/;

function* finding(snapshot: Snapshot, { configMap, text }: Mounted, failing: readonly PodState[]): Iterable<Finding> {
  const subject = refOf(configMap);
  const said = failing.flatMap(({ culprit }) => SAID.exec(culprit?.terminated?.message ?? '')?.[0] ?? [])[0];
  const problem = corefileProblem(text);
  const what = problem === undefined ? wordsOf(said) : `line ${problem.line} of its ${KEY} is wrong: ${problem.words}`;
  if (what === undefined) return;
  const owner = podsOwner(
    snapshot,
    failing.map(({ pod }) => pod),
  );
  yield {
    rule: corednsConfigBroken.meta.id,
    subject,
    severity: 'critical',
    confidence: said === undefined ? CONFIDENCE.strong : CONFIDENCE.stated,
    ...optional('since', sinceOf(failing)),
    message: `${inWords(owner)} cannot start with the ${KEY} of ${inWords(subject)}`,
    cause: `The DNS pods end at start, and ${what}.`,
    evidence: [
      ...failing
        .slice(0, 1)
        .flatMap(({ ref, culprit }) => (culprit === undefined ? [] : [fromContainer(ref, culprit)])),
      ...(problem === undefined ? [] : [fromSpec(subject, `data.${KEY}`, lineOf(text, problem.line))]),
    ],
    affects: [...refsOfPods(failing), owner],
    fixes: [correct(subject, owner, what)],
  };
}

function wordsOf(said: string | undefined): string | undefined {
  return said === undefined ? undefined : `they say "${inline(said)}"`;
}

function lineOf(text: string, line: number): string {
  return text.split('\n')[line - 1]?.trim() ?? '';
}

function correct(subject: ResourceRef, owner: ResourceRef, what: string): Fix {
  return {
    summary: `Correct the ${KEY} in ${inWords(subject)}`,
    steps: [`Mend what is wrong: ${what}.`, 'They take the corrected file at their next start.'],
    commands: [
      kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml', '--show-managed-fields'),
      kubectl(owner.namespace, 'logs', kubectlName(owner), '--previous', '--tail=20'),
    ],
    effect: 'none',
    where: 'cluster',
  };
}
