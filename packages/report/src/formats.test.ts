import { readFileSync } from 'node:fs';
import { ref, refKey, type Report } from '@kroot/types';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { JSDOM } from 'jsdom';
import { marked, type Token } from 'marked';
import type { Log } from 'sarif';
import { beforeAll, describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { type Locate } from './locate.ts';
import { parseOpenMetrics } from './open-metrics-parser.test.support.ts';
import { renderAgent } from './render-agent.ts';
import { renderAnnotations } from './render-annotations.ts';
import { renderGitlab } from './render-gitlab.ts';
import { renderJsonl } from './render-jsonl.ts';
import { renderJunit } from './render-junit.ts';
import { renderMarkdown } from './render-markdown.ts';
import { renderNames, unsafeNames } from './render-names.ts';
import { renderOpenMetrics } from './render-openmetrics.ts';
import { renderSarif, withoutFile } from './render-sarif.ts';
import { renderWide } from './render-wide.ts';
import { samples } from './samples/all.test.data.ts';
import { bareDiagnosis, emptyReport, noImpact } from './samples/base.test.data.ts';
import { manyPods } from './samples/many-pods.test.data.ts';
import { mixed } from './samples/mixed.test.data.ts';
import { onePod } from './samples/one-pod.test.data.ts';
import { poisonedCluster } from './samples/poison.test.support.ts';
import { assertGitHubReady } from './sarif/github-ready.test.support.ts';

/** Every object is in some file. */
const everywhere: Locate = ({ kind, name }) => ({
  path: `k8s/${kind.toLowerCase()} ${name}.yaml`,
  line: 3,
  column: 9,
  endColumn: 20,
});
/** Only what makes pods is. */
const workloadsOnly: Locate = (target) =>
  ['Deployment', 'StatefulSet'].includes(target.kind) ? { path: 'k8s/apps.yaml', line: 7 } : undefined;

const FORMATS: readonly (readonly [string, (report: Report) => string])[] = [
  ['agent.txt', (report) => renderAgent(report)],
  ['annotations.txt', (report) => renderAnnotations(report, { locate: workloadsOnly })],
  ['github.sarif.json', (report) => renderSarif(report, { github: true, locate: workloadsOnly })],
  ['gitlab.json', (report) => renderGitlab(report, { locate: workloadsOnly })],
  ['jsonl', renderJsonl],
  ['junit.xml', renderJunit],
  ['md', (report) => renderMarkdown(report)],
  ['names.txt', renderNames],
  ['prometheus.txt', (report) => renderOpenMetrics(report, { durationSeconds: 2.0625 })],
  ['table.txt', renderWide],
];

describe.for(FORMATS)('%s', ([extension, render]) => {
  test.for(samples.filter(([name]) => /^(?:healthy-cluster|many-pods|mixed|one-pod|suppressed)$/.test(name)))(
    'of %s',
    async ([name, report]) => {
      await expect(render(report)).toMatchFileSnapshot(`__golden__/${name}.${extension}`);
    },
  );
});

/** Samples, and the same with hostile text in every field. */
const inputs: readonly (readonly [string, Report])[] = [
  ...samples,
  ...Array.from({ length: 24 }, (_, seed) => {
    const [name, report] = samples[seed % samples.length] ?? ['', onePod];
    return [`hostile ${name} ${seed}`, poisonedCluster(report, seed)] as const;
  }),
];

const sarifSchema = JSON.parse(read('../fixtures/sarif-2.1.0-rtm.5.json')) as Record<string, unknown>;
const ajv = new Ajv({ strict: false, unicodeRegExp: false });
formats.default(ajv);
const { $schema: _schema, id: _id, ...sarifBody } = sarifSchema;
const checkSarif = ajv.compile(sarifBody);

describe('SARIF for GitHub', () => {
  test.for(inputs)('%s', ([, report]) => {
    for (const locate of [everywhere, workloadsOnly]) {
      const log = JSON.parse(renderSarif(report, { github: true, locate })) as Log;
      checkSarif(log);
      expect(checkSarif.errors ?? []).toEqual([]);
      assertGitHubReady(log);
      const all = report.diagnoses.length + report.unexplained.length;
      const open = log.runs[0]?.results?.filter(({ suppressions }) => suppressions === undefined) ?? [];
      expect(open).toHaveLength(all - withoutFile(report, locate));
    }
  });

  test('nothing is left without files', () => {
    const log = JSON.parse(renderSarif(mixed, { github: true })) as Log;
    assertGitHubReady(log);
    expect([log.runs[0]?.results, withoutFile(mixed)]).toEqual([[], 4]);
  });

  test('what GitHub would refuse is found', () => {
    expect(() => {
      assertGitHubReady(JSON.parse(renderSarif(onePod, { locate: workloadsOnly })) as Log);
    }).toThrow(/not relative to the repository.*\n[^]*no fingerprint for GitHub/);
  });

  test('a missing Secret is shown in the file of the nearest object that needs it', () => {
    const log = JSON.parse(renderSarif(onePod, { github: true, locate: workloadsOnly })) as Log;
    const [result] = log.runs[0]?.results ?? [];
    expect(result?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe('k8s/apps.yaml');
    expect(result?.message.text).toContain('This is the file of Deployment/prod/payments-api, which needs it.');
  });

  test('names of files are encoded', () => {
    const text = renderSarif(onePod, { github: true, locate: () => ({ path: 'a b/[x]#1.yaml', line: 1 }) });
    expect(text).toContain('"uri": "a%20b/%5Bx%5D%231.yaml"');
  });

  test('no more results than GitHub keeps', () => {
    const diagnoses = Array.from({ length: 5100 }, (_, i) => ({ ...bareDiagnosis, id: `${i}`, rank: i + 1 }));
    const log = JSON.parse(renderSarif({ ...emptyReport, diagnoses }, { github: true, locate: everywhere })) as Log;
    assertGitHubReady(log);
    expect(log.runs[0]?.results?.at(-1)?.properties).toMatchObject({ impact_rank: 5000 });
  });
});

describe('JUnit', () => {
  const xsd = read('../fixtures/junit.xsd');

  test.for(inputs)('%s', async ([, report]) => {
    const xml = renderJunit(report);
    const { errors } = await validateXML({
      xml: [{ fileName: 'junit.xml', contents: xml }],
      schema: [{ fileName: 'junit.xsd', contents: xsd }],
    });
    expect(errors.filter(({ message }) => !isDuplicateName(message))).toEqual([]);
    const { documentElement } = new JSDOM(xml, { contentType: 'text/xml' }).window.document;
    for (const [counted, tag] of [
      ['tests', 'testcase'],
      ['failures', 'failure'],
      ['errors', 'error'],
    ] as const)
      expect(documentElement.getAttribute(counted)).toBe(String(documentElement.querySelectorAll(tag).length));
  });

  /** Two objects may get the same hostile name. */
  function isDuplicateName(message: string): boolean {
    return message.includes('Duplicate key-sequence');
  }

  test('a file that is none is refused', async () => {
    const contents = '<testsuites name="x" tests="1" failures="0" errors="0"><testcase/></testsuites>';
    const { valid } = await validateXML({
      xml: [{ fileName: 'junit.xml', contents }],
      schema: [{ fileName: 'junit.xsd', contents: xsd }],
    });
    expect(valid).toBe(false);
  });

  test('workloads that are well pass, those that could not be seen are skipped', () => {
    const workloads = [ref('Deployment', 'prod', 'web'), ref('StatefulSet', 'prod', 'db')];
    const gap = { kind: 'StatefulSet', namespace: '*', state: 'forbidden', reason: 'no', rules: ['x'] } as const;
    const xml = renderJunit({ ...emptyReport, workloads, coverage: { complete: false, gaps: [gap] } });
    expect(xml).toContain('<testcase classname="prod" name="Deployment/web"/>');
    expect(xml).toContain('name="StatefulSet/db"><skipped message="not judged: StatefulSet is forbidden"/>');
    expect(xml).toContain('name="sees StatefulSet"><skipped message="forbidden: no"/>');
  });
});

describe('GitLab', () => {
  const check = ajv.compile({
    type: 'array',
    items: {
      type: 'object',
      required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
      properties: {
        description: { type: 'string', minLength: 1 },
        check_name: { type: 'string' },
        fingerprint: { type: 'string', minLength: 1 },
        severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
        location: {
          type: 'object',
          required: ['path', 'lines'],
          properties: {
            path: { type: 'string', minLength: 1, not: { pattern: '^\\./' } },
            lines: { type: 'object', required: ['begin'], properties: { begin: { type: 'integer', minimum: 1 } } },
          },
        },
      },
    },
  });

  test.for(inputs)('%s', ([, report]) => {
    const found = JSON.parse(renderGitlab(report)) as readonly { readonly fingerprint: string }[];
    check(found);
    const errors = (check.errors ?? []).filter(({ instancePath }) => !instancePath.endsWith('description'));
    expect(errors).toEqual([]);
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(found.length);
    expect(found).toHaveLength(report.diagnoses.length + report.unexplained.length);
  });
});

describe('OpenMetrics', () => {
  test.for(inputs)('%s', ([, report]) => {
    const found = parseOpenMetrics(renderOpenMetrics(report, { durationSeconds: 1 }));
    const sum = (name: string): number =>
      found.filter((sample) => sample.name === name).reduce((total, { value }) => total + value, 0);
    expect(sum('kroot_incidents')).toBe(report.diagnoses.length);
    expect(sum('kroot_incidents_by_severity')).toBe(report.diagnoses.length);
    expect(sum('kroot_scan_complete')).toBe(report.coverage.complete ? 1 : 0);
  });

  test('labels come back as they were', () => {
    const name = String.raw`a"b\c`;
    const rootCause = { ...ref('Secret', 'prod', name) };
    const text = renderOpenMetrics({ ...emptyReport, diagnoses: [{ ...bareDiagnosis, rootCause }] });
    expect(parseOpenMetrics(text)[0]).toMatchObject({ labels: { name }, value: 1 });
  });

  test('series are as many as there may be, whatever the cluster has; pods never make any', () => {
    const diagnoses = Array.from({ length: 1200 }, (_, i) => ({
      ...bareDiagnosis,
      rootCause: ref('Secret', 'prod', `s-${i}`),
      impact: { ...noImpact, pods: manyPods.diagnoses[0]?.impact.pods ?? [] },
    }));
    const found = parseOpenMetrics(renderOpenMetrics({ ...emptyReport, diagnoses }));
    expect(found.filter(({ name }) => name === 'kroot_incidents')).toHaveLength(500);
    expect(found.find(({ name }) => name === 'kroot_incidents_not_listed')?.value).toBe(700);
    expect(found.length).toBeLessThan(1020);
  });

  test('two faults of one object are one series', () => {
    const diagnoses = [bareDiagnosis, { ...bareDiagnosis, id: '1' }];
    expect(parseOpenMetrics(renderOpenMetrics({ ...emptyReport, diagnoses }))[0]?.value).toBe(2);
  });
});

describe('Markdown', () => {
  let parseMermaid: (text: string) => Promise<unknown>;
  beforeAll(async () => {
    const { window } = new JSDOM('');
    Object.assign(globalThis, { window, document: window.document });
    const { default: mermaid } = await import('mermaid');
    parseMermaid = (text) => mermaid.parse(text);
  });

  test.for(inputs)('%s', async ([, report]) => {
    const text = renderMarkdown(report);
    const tokens = flatten(marked.lexer(text));
    const headings = tokens.filter(({ type }) => type === 'heading');
    expect(headings[0]).toMatchObject({ depth: 3 });
    expect(headings.filter((heading) => 'depth' in heading && ![3, 4].includes(Number(heading['depth'])))).toEqual([]);
    const sections = Math.min(report.diagnoses.length, 50);
    expect(headings.length).toBeGreaterThan(sections);
    // Nothing of the cluster is markup: what there is of HTML and links is ours.
    const html = tokens.filter(({ type }) => type === 'html').map(({ raw }) => raw.trim());
    expect(html.filter((raw) => !/^(?:<details><summary>[^<>]*<\/summary>|<\/details>|<!-- -->)$/.test(raw))).toEqual(
      [],
    );
    expect(tokens.filter(({ type }) => ['link', 'image', 'del', 'hr', 'def'].includes(type))).toEqual([]);
    const table = tokens.find(({ type }) => type === 'table');
    const rows = table !== undefined && 'rows' in table ? (table['rows'] as readonly (readonly unknown[])[]) : [];
    expect(rows.map((row) => row.length)).toEqual(report.diagnoses.map(() => 6));
    const graphs = tokens.filter((token) => token.type === 'code' && 'lang' in token && token['lang'] === 'mermaid');
    expect(graphs).toHaveLength(report.diagnoses.filter(({ why }) => why.children.length > 0).length);
    const codes = graphs.map((graph) => ('text' in graph ? String(graph.text) : ''));
    for (const code of codes) {
      expect(code.length).toBeLessThan(5000);
      expect((code.match(/^ {2}\w+\[/gm) ?? []).length).toBeLessThanOrEqual(40);
    }
    await Promise.all(codes.map((code) => parseMermaid(code)));
  });

  test.for([
    ['five thousand root causes', 1024 * 1024, 5000],
    ['little room', 20_000, 100],
    ['no room', 300, 100],
  ] as const)('%s: what has no room is counted', ([, maxBytes, count]) => {
    const [diagnosis = bareDiagnosis] = onePod.diagnoses;
    const diagnoses = Array.from({ length: count }, (_, i) => ({ ...diagnosis, id: `${i}`, rank: i + 1 }));
    const text = renderMarkdown({ ...onePod, diagnoses }, { maxBytes });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
    const told = (text.match(/^#### /gm) ?? []).length;
    expect(text).toContain(
      told === 0 ? 'root causes explain' : `… and ${(count - told).toLocaleString('en')} more root causes.`,
    );
  });

  test('counts notices and failed rules beyond forty', () => {
    const notices = Array.from({ length: 42 }, (_, i) => `notice ${i}`);
    const failures = Array.from({ length: 41 }, (_, i) => ({ rule: `rule-${i}`, reason: 'it threw' }));
    const lines = renderMarkdown({ ...onePod, notices, failures }).split('\n');
    expect(lines.filter((line) => line.startsWith('- … and'))).toEqual([
      '- … and 1 more failed rule',
      '- … and 2 more notices',
    ]);
    expect(lines.filter((line) => /^- (?:notice|Rule)/.test(line))).toHaveLength(80);
  });

  test('a graph that does not end is drawn as far as 40 boxes, those nearest to the cause', async () => {
    const node = (name: string, children: Report['diagnoses'][number]['why'][] = []): typeof bareDiagnosis.why => ({
      group: '',
      resource: ref('Pod', 'prod', name),
      state: 'fails',
      children,
    });
    const eight = Array.from({ length: 8 }, (_, i) => i);
    const why = node(
      'p',
      eight.map((a) =>
        node(
          `p-${a}`,
          eight.map((b) => node(`p-${a}-${b}`)),
        ),
      ),
    );
    const text = renderMarkdown({ ...onePod, diagnoses: [{ ...bareDiagnosis, why }] });
    const [, graph = ''] = /```mermaid\n([^]*?)\n```/.exec(text) ?? [];
    expect((graph.match(/^ {2}n\d+\[/gm) ?? []).length).toBe(40);
    expect(graph).toContain('["33 more, not drawn"]');
    await parseMermaid(graph);
  });
});

/** All tokens, wherever they are nested. */
function flatten(tokens: readonly Token[]): readonly Token[] {
  const all: Token[] = [];
  void marked.walkTokens([...tokens], (token) => {
    all.push(token);
  });
  return all;
}

describe('workflow commands', () => {
  test.for(inputs)('%s', ([, report]) => {
    const lines = renderAnnotations(report, { locate: everywhere }).trimEnd().split('\n').filter(Boolean);
    expect(lines.length).toBe(Math.min(10, report.diagnoses.length + report.unexplained.length));
    for (const line of lines) {
      expect(line).toMatch(/^::(?:error|warning|notice) (?:file=[^:,\s]+(?: [^:,]+)?,line=\d+,)?title=[^:,\r\n]+::.*$/);
      expect(line).not.toMatch(/##(?:vso|teamcity)?\[/);
    }
  });

  test('a message cannot begin a command of its own', () => {
    const message = 'x\n::error::y\r\n::stop-commands::z 100%';
    const text = renderAnnotations({ ...emptyReport, diagnoses: [{ ...bareDiagnosis, message }] });
    expect(text).toBe('::error title=kroot%3A secret-missing-env::x ::error::y ::stop-commands::z 100%25.\n');
  });

  test('beyond ten the rest is counted', () => {
    const diagnoses = Array.from({ length: 14 }, (_, i) => ({ ...bareDiagnosis, id: `${i}`, rank: i + 1 }));
    const lines = renderAnnotations({ ...emptyReport, diagnoses })
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe('::notice title=kroot::5 more findings: see the report.');
  });
});

describe('JSON lines', () => {
  test.for(inputs)('%s', ([, report]) => {
    const lines = renderJsonl(report).trimEnd().split('\n');
    const types = lines.map((line) => (JSON.parse(line) as { readonly type: string }).type);
    expect([types[0], types.at(-1)]).toEqual(['run', 'summary']);
    expect(types.filter((type) => type === 'diagnosis')).toHaveLength(report.diagnoses.length);
    expect(types.filter((type) => type === 'unexplained')).toHaveLength(report.unexplained.length);
    expect(types.filter((type) => type === 'coverage')).toHaveLength(report.coverage.gaps.length);
  });
});

describe('names', () => {
  test.for(inputs)('%s', ([, report]) => {
    for (const line of renderNames(report).split('\n').slice(0, -1))
      expect(line).toMatch(/^[a-z][\w.:-]*\/[A-Za-z0-9][\w.:-]*(?: -n [A-Za-z0-9][\w.:-]*)?$/);
    const roots = new Set(report.diagnoses.map(({ rootCause }) => refKey(rootCause)));
    const unsafe = new Set(unsafeNames(report).map(refKey));
    expect(renderNames(report).split('\n').length - 1).toBe(roots.size - unsafe.size);
  });
});

describe('lines of text', () => {
  const UNSAFE = /[^\P{C}\n]/u;
  test.for(inputs)('%s', ([, report]) => {
    for (const text of [renderAgent(report), renderWide(report), renderNames(report)]) {
      expect(UNSAFE.exec(text)).toBeNull();
      expect(text).not.toMatch(/^\s*::/m);
      expect(text).not.toMatch(/##(?:vso|teamcity)?\[/i);
    }
    const heads =
      /^(?:VERDICT|CONTEXT|BASELINE|SUPPRESSED|INCIDENT|UNEXPLAINED|HEALTH|BLIND|RULE-FAILED|NOTICE|MORE|APPLY|HEALS|STAYS) | {2}(?:what|place|cause|effect|changed|why|affected|evidence|note|remains|related|(?:fix|check) \([^)]*\)|checked):(?: |$)| {4}(?:step|tried|command):(?: |$)/;
    const odd = renderAgent(report)
      .split('\n')
      .slice(0, -1)
      .filter((line) => !heads.test(line));
    expect(odd).toEqual([]);
    const incidents = renderAgent(report)
      .split('\n')
      .filter((line) => line.startsWith('INCIDENT '));
    expect(incidents).toHaveLength(report.diagnoses.length);
  });
});

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}
