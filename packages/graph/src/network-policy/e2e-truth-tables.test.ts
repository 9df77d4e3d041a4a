import { type KubernetesObject, type Pod } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../snapshot-of.test.support.ts';
import { E2E_TABLES, type Step } from './e2e-truth-tables.test.data.ts';
import { namespace, pod, policy } from './fixtures.test.support.ts';
import { policyVerdict } from './policy-verdict.ts';

const SPACES = ['x', 'y', 'z'];
const NAMES = ['a', 'b', 'c'];

/** Each pod serves ports 80 and 81 of every protocol, as the test images of the suite do. */
const ports = [80, 81].flatMap((number) =>
  ['TCP', 'UDP', 'SCTP'].map((protocol) => ({
    name: `serve-${number}-${protocol.toLowerCase()}`,
    containerPort: number,
    protocol,
  })),
);

function podsOf({ labels = {} }: Step): readonly Pod[] {
  return SPACES.flatMap((space, at) =>
    NAMES.map((name, index) =>
      pod(`${space}/${name}`, labels[`${space}/${name}`] ?? { pod: name }, {
        spec: { containers: [{ name: 'main', ports }] },
        status: { podIP: `10.1.${at}.${index + 1}` },
      }),
    ),
  );
}

const isMatch = (pattern: string, path: string): boolean =>
  pattern === '*' || pattern === path || pattern === path.replace(/\/.*/, '/*');
const pathOf = ({ metadata }: Pod): string => `${metadata.namespace}/${metadata.name}`;

function expected({ expect: lines }: Step, from: string, to: string): string {
  return lines.findLast(([, source, target]) => isMatch(source, from) && isMatch(target, to))?.[0] ?? 'yes';
}

describe("Kubernetes' own truth tables", () => {
  it.each(E2E_TABLES)('$title', ({ steps }) => {
    for (const step of steps) {
      const pods = podsOf(step);
      const objects: readonly KubernetesObject[] = [
        ...pods,
        ...SPACES.map((space) => namespace(space, step.labels?.[space] ?? { ns: space })),
        ...Object.entries(step.policies).map(([name, spec]) => policy(name, spec)),
      ];
      const snapshot = snapshotOf(objects);
      const pairs = pods.flatMap((from) => pods.filter((to) => to !== from).map((to) => ({ from, to })));
      const table = (answer: (pair: (typeof pairs)[number]) => string): readonly string[] =>
        pairs.map((pair) => `${pathOf(pair.from)} ${pathOf(pair.to)} ${answer(pair)}`);
      const { port = 80, protocol = 'TCP' } = step;
      expect(table((pair) => policyVerdict(snapshot, { ...pair, port, protocol }).allowed)).toEqual(
        table(({ from, to }) => expected(step, pathOf(from), pathOf(to))),
      );
    }
  });

  // The suite expects that blocks hold pods. The API says that they should not be used so, and not every plugin does it.
  describe('of blocks for pods', () => {
    const block = (cidr: string, ...except: readonly string[]): KubernetesObject =>
      policy('x/p', {
        podSelector: { matchLabels: { pod: 'a' } },
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr, except } }] }],
      });
    it.each([
      ['egress access to server in CIDR block', block('10.1.1.2/32'), 'y/b', 'unknown'],
      ['and to no other', block('10.1.1.2/32'), 'y/a', 'no'],
      ['except clause', block('10.1.0.0/16', '10.1.0.2/32'), 'x/b', 'no'],
      ['except clause, all others', block('10.1.0.0/16', '10.1.0.2/32'), 'x/c', 'unknown'],
    ])('%s', (_, denying, path, answer) => {
      const pods = podsOf({ policies: {}, expect: [] });
      const at = (wanted: string): Pod => pods.find((each) => pathOf(each) === wanted) ?? pod('x/none');
      const snapshot = snapshotOf([...pods, ...SPACES.map((space) => namespace(space)), denying]);
      expect(policyVerdict(snapshot, { from: at('x/a'), to: at(path), port: 80, protocol: 'TCP' }).allowed).toBe(
        answer,
      );
    });
  });
});
