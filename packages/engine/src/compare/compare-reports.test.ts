import { snapshotFromObjects } from '@kroot/cluster';
import { ref, type Diagnosis, type Report, type Unexplained } from '@kroot/types';
import { describe, expect, test } from 'vitest';
import { deployment, shop, snapshotOf } from '../cluster.test.support.ts';
import { diagnose } from '../diagnose.ts';
import { chainChanges } from './chain-changes.ts';
import { compareReports } from './compare-reports.ts';

const EMPTY = diagnose(snapshotFromObjects([]), { analyzers: [] });
const NO_IMPACT: Diagnosis['impact'] = {
  score: 0,
  pods: [],
  services: [],
  deployments: [],
  statefulSets: [],
  daemonSets: [],
  jobs: [],
  ingresses: [],
  others: [],
};

function fault(id: string, more: Partial<Diagnosis> = {}): Diagnosis {
  const target = ref('Secret', 'prod', id);
  return {
    id,
    rank: 1,
    rule: 'missing-secret',
    severity: 'critical',
    confidence: 0.99,
    rootCause: target,
    resource: target,
    message: `Secret prod/${id} does not exist`,
    cause: '',
    effect: '',
    evidence: [{ source: 'computed', ref: target, quote: 'listed 3 Secrets' }],
    why: { resource: target, group: '', state: '', children: [] },
    traces: [],
    symptoms: [],
    impact: NO_IMPACT,
    contributing: [],
    remaining: [],
    fixes: [],
    notes: [],
    ...more,
  };
}

function report(diagnoses: readonly Diagnosis[], more: Partial<Report> = {}): Report {
  return { ...EMPTY, coverage: { complete: true, gaps: [] }, diagnoses, ...more };
}

/** A report on pods that are not ready, and nobody knows why. */
function open(names: readonly string[]): Report {
  const unexplained = names.map((name): Unexplained => {
    const resource = ref('Pod', 'prod', name);
    return {
      rule: 'pod-not-ready',
      resource,
      severity: 'warning',
      message: `Pod prod/${name} is not ready`,
      count: 1,
      checked: [],
      evidence: [],
    };
  });
  return report([], { unexplained });
}

const forbidden = (kind: string, namespace: string): Report['coverage'] => ({
  complete: false,
  gaps: [{ kind, namespace, state: 'forbidden', reason: 'you may not list it', rules: [] }],
});

const partly = (kind: string, namespace: string): Report['coverage'] => ({
  complete: false,
  gaps: [{ kind, namespace, state: 'partial', reason: 'some of them', rules: [] }],
});

describe('compareReports', () => {
  test('tells what is new, gone and still there by fingerprint', () => {
    const { added, gone, kept } = compareReports(report([fault('a'), fault('b')]), report([fault('b'), fault('c')]));
    expect(added.map(({ diagnosis }) => diagnosis.id)).toEqual(['c']);
    expect(gone.map(({ diagnosis }) => diagnosis.id)).toEqual(['a']);
    expect(kept.map(({ after, trend }) => [after.id, trend])).toEqual([['b', 'same']]);
  });

  test.each<[string, Report['coverage'], Report['coverage'], boolean]>([
    ['all was seen', report([]).coverage, report([]).coverage, false],
    ['its kind is forbidden now', report([]).coverage, forbidden('Secret', 'prod'), true],
    ['its kind is forbidden everywhere now', report([]).coverage, forbidden('Secret', '*'), true],
    ['its kind was forbidden before as well', forbidden('Secret', 'prod'), forbidden('Secret', 'prod'), false],
    ['its kind was seen in part before', partly('Secret', '*'), forbidden('Secret', '*'), true],
    ['its kind is seen in part as before', partly('Secret', '*'), partly('Secret', '*'), false],
    ['its kind is forbidden elsewhere', report([]).coverage, forbidden('Secret', 'dev'), false],
    ['another kind is forbidden', report([]).coverage, forbidden('Node', '*'), false],
    ['pods that it hit are forbidden', report([]).coverage, forbidden('Pod', '*'), true],
    ['what shows its symptom is forbidden', report([]).coverage, forbidden('Ingress', 'prod'), true],
  ])('gone where %s', (_, before, after, unseen) => {
    const symptom = { rule: 'r', resource: ref('Ingress', 'prod', 'i'), state: 'fails', count: 1 };
    const was = fault('a', { impact: { ...NO_IMPACT, pods: [ref('Pod', 'prod', 'x')] }, symptoms: [symptom] });
    const { gone } = compareReports(report([was], { coverage: before }), report([], { coverage: after }));
    expect(gone.map((one) => one.unseen !== undefined)).toEqual([unseen]);
  });

  test.each<[string, Partial<Diagnosis>, Partial<Diagnosis>, string]>([
    ['more pods', {}, { impact: { ...NO_IMPACT, pods: [ref('Pod', 'prod', 'x')] } }, 'worse'],
    ['fewer pods', { impact: { ...NO_IMPACT, pods: [ref('Pod', 'prod', 'x')] } }, {}, 'better'],
    ['more severe', { severity: 'warning' }, {}, 'worse'],
    [
      'less severe, more pods',
      {},
      { severity: 'info', impact: { ...NO_IMPACT, pods: [ref('Pod', 'prod', 'x')] } },
      'better',
    ],
    ['other words', {}, { message: 'else' }, 'same'],
  ])('still there with %s', (_, before, after, trend) => {
    const { kept } = compareReports(report([fault('a', before)]), report([fault('a', after)]));
    expect(kept.map((one) => one.trend)).toEqual([trend]);
  });

  test('a fault that is gone names what holds its victims up now', () => {
    const impact = { ...NO_IMPACT, deployments: [deployment('api')] };
    const { gone } = compareReports(report([fault('a', { impact })]), report([fault('b', { impact }), fault('c')]));
    expect(gone.map(({ replacedBy }) => replacedBy)).toEqual([['b']]);
  });

  test.each<[string, Report, Report, { added: string[]; gone: string[]; unseen: boolean[]; kept: string[] }]>([
    ['new', open([]), open(['a']), { added: ['a'], gone: [], unseen: [], kept: [] }],
    ['gone', open(['a']), open([]), { added: [], gone: ['a'], unseen: [false], kept: [] }],
    ['still there', open(['a', 'b']), open(['b']), { added: [], gone: ['a'], unseen: [false], kept: ['b'] }],
    [
      'still there, though it was suppressed',
      report([], { suppressedSymptoms: open(['a']).unexplained }),
      open(['a']),
      { added: [], gone: [], unseen: [], kept: ['a'] },
    ],
    [
      'perhaps gone: it cannot be seen any more',
      open(['a']),
      report([], { coverage: forbidden('Pod', 'prod') }),
      { added: [], gone: ['a'], unseen: [true], kept: [] },
    ],
  ])('a symptom without a known cause is %s', (_, before, after, expected) => {
    const { added, gone, kept } = compareReports(before, after).unexplained;
    const names = (all: readonly Unexplained[]): string[] => all.map(({ resource }) => resource.name);
    expect({
      added: names(added),
      gone: names(gone),
      unseen: gone.map(({ unseen }) => unseen !== undefined),
      kept: names(kept),
    }).toEqual(expected);
  });

  test.each<[string, Partial<Report>, Partial<Report>, RegExp]>([
    ['scopes', { scope: { namespace: 'a' } }, { scope: {} }, /namespace a, the second of all namespaces/],
    ['the order of time', { now: '2026-01-02T00:00:00Z' }, { now: '2026-01-01T00:00:00Z' }, /after the second/],
    ['versions', { tool: { ...EMPTY.tool, version: '0.0.9' } }, {}, /different versions of kroot/],
  ])('says when %s do not fit', (_, before, after, words) => {
    expect(compareReports(report([], before), report([], after)).notices.join(' ')).toMatch(words);
  });
});

describe('chainChanges', () => {
  const api = deployment('api');
  const about = (more: Partial<Diagnosis> = {}): Diagnosis =>
    fault('a', { rootCause: api, resource: api, evidence: [], ...more });

  test('pods that came and went are no change, their workload is looked at instead', () => {
    const before = snapshotOf(shop('api', ['old-1', 'old-2']));
    const after = snapshotOf(shop('api', ['new-1', 'new-2']));
    const evidence = [{ source: 'status', ref: ref('Pod', 'prod', 'new-1'), quote: 'x' }] as const;
    expect(chainChanges(before, after, about({ evidence }))).toEqual([]);
  });

  test('what the evidence rests on is marked, statuses are left out', () => {
    const before = snapshotOf(shop('api', ['a', 'b']));
    const after = snapshotOf(shop('api', ['a']));
    const evidence = [{ source: 'spec', ref: api, path: 'spec.replicas', quote: 'replicas: 1' }] as const;
    expect(chainChanges(before, after, about({ evidence }))).toEqual([
      { resource: api, change: 'changed', fields: [{ path: 'spec.replicas', words: 'from 2 to 1', decisive: true }] },
    ]);
  });

  test('what one side cannot tell is no change', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a', namespace: 'prod' },
      type: 'Opaque',
      data: {},
    };
    const [without, with_] = [shop('api', ['a']), [...shop('api', ['a']), secret]];
    expect(chainChanges(snapshotFromObjects(without), snapshotFromObjects(with_), fault('a'))).toEqual([]);
  });
});
