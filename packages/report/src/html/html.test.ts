import { createHash } from 'node:crypto';
import { type Report } from '@kroot/types';
import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { renderJson } from '../render-json.ts';
import { bareDiagnosis, emptyReport, node } from '../samples/base.test.data.ts';
import { manyPods } from '../samples/many-pods.test.data.ts';
import { mixed } from '../samples/mixed.test.data.ts';
import { onePod } from '../samples/one-pod.test.data.ts';
import { placed } from '../samples/placed.test.data.ts';
import { poisoned } from '../samples/poison.test.support.ts';
import { samples } from '../samples/all.test.data.ts';
import { verified } from '../samples/verified.test.data.ts';
import { PAGE_POLICY } from './page-policy.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';
import { renderHtml } from './render-html.ts';

const parse = (html: string): Document => new JSDOM(html).window.document;
const textOf = (document: Document, selector: string): string =>
  document.querySelector(selector)?.textContent.replaceAll(/\s+/g, ' ').trim() ?? '';

/** What any page has to keep to, whatever is in it. */
function check(report: Report): Document {
  const html = renderHtml(report);
  const document = parse(html);
  const all = [...document.querySelectorAll('*')];
  const ids = all.map(({ id }) => id).filter((id) => id !== '');
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  const refs = all.flatMap((each) =>
    ['aria-labelledby', 'aria-describedby', 'for'].flatMap((name) => each.getAttribute(name)?.split(' ') ?? []),
  );
  const anchors = [...document.querySelectorAll('a')].map((each) => each.getAttribute('href') ?? '');
  const inside = anchors.filter((href) => href.startsWith('#')).map((href) => href.slice(1));
  expect([...refs, ...inside].filter((id) => !ids.includes(id))).toEqual([]);
  const outside = anchors.filter((href) => !href.startsWith('#') && !href.startsWith('https://'));
  expect(outside).toEqual([]);
  // Nothing that a browser would fetch, run or send.
  expect(all.filter((each) => LOADING.some((name) => each.hasAttribute(name)))).toEqual([]);
  expect(all.filter(({ localName }) => FORBIDDEN.has(localName))).toEqual([]);
  expect(
    all.flatMap((each) => each.getAttributeNames()).filter((name) => name.startsWith('on') || name === 'style'),
  ).toEqual([]);
  expect(document.querySelectorAll('script')).toHaveLength(2);
  expect(JSON.parse(document.querySelector('#kroot-report')?.textContent ?? '')).toEqual(
    JSON.parse(renderJson(report)),
  );
  // The parser dropped and moved nothing: what it read is what was written.
  expect(document.querySelectorAll('article.card:not(.small)')).toHaveLength(report.diagnoses.length);
  expect(document.querySelectorAll('main article')).toHaveLength(report.diagnoses.length + report.unexplained.length);
  expect([...document.body.children].map(({ localName }) => localName)).toEqual(['a', 'div', 'script', 'script']);
  expect(/(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]/u.exec(html)?.[0]).toBeUndefined();
  return document;
}

const LOADING = [
  'src',
  'srcset',
  'srcdoc',
  'action',
  'formaction',
  'data',
  'poster',
  'ping',
  'background',
  'xlink:href',
];
const FORBIDDEN = new Set([
  'link',
  'iframe',
  'object',
  'embed',
  'img',
  'image',
  'base',
  'use',
  'foreignobject',
  'audio',
  'video',
]);

describe.each(samples)('the page of %s', (name, report) => {
  it('is one piece that needs nothing else', async () => {
    const document = check(report);
    const html = renderHtml(report);
    const golden = html.replace(PAGE_STYLE, 'STYLE').replace(PAGE_SCRIPT, 'SCRIPT');
    await expect(golden).toMatchFileSnapshot(`__golden__/${name}.html`);
    expect(textOf(document, 'title')).toContain('kroot');
    expect(renderHtml(report)).toBe(html);
  });

  it('has its headings in order', () => {
    const levels = [...parse(renderHtml(report)).querySelectorAll('h1,h2,h3,h4,h5')].map(({ localName }) =>
      Number(localName[1]),
    );
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.filter((level, at) => level > (levels[at - 1] ?? 0) + (level === 5 ? 2 : 1))).toEqual([]);
  });

  it('gives each picture a title, a description and the same as text', () => {
    for (const picture of parse(renderHtml(report)).querySelectorAll('svg[role=img]')) {
      expect(picture.querySelector('title')?.textContent).not.toBe('');
      expect(picture.querySelector('desc')?.textContent).toMatch(/box/);
      expect(picture.closest('section')?.querySelectorAll('details .tree li').length).toBeGreaterThan(1);
    }
  });
});

describe.each(Array.from({ length: 40 }, (_, seed) => seed))('hostile text, seed %i', (seed) => {
  it('is text in the page', () => {
    const document = check(poisoned([mixed, manyPods, placed, verified][seed % 4] ?? mixed, seed));
    expect(textOf(document, 'h1')).not.toBe('');
  });
});

describe('the page', () => {
  it('lets nothing run or load but its own style and script', () => {
    const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(PAGE_POLICY).toContain(`style-src ${digest(PAGE_STYLE)}`);
    expect(PAGE_POLICY).toContain(`script-src ${digest(PAGE_SCRIPT)}`);
    expect(PAGE_POLICY).toContain("default-src 'none'");
    expect(PAGE_STYLE).not.toMatch(/url\(|@import|@font-face|</);
    expect(PAGE_SCRIPT).not.toMatch(/<\/|<!--|fetch\(|XMLHttp|eval\(/);
    expect(PAGE_SCRIPT.length).toBeLessThan(3072);
  });

  it('keeps anchors from run to run, and makes them up where a fingerprint is no good', () => {
    const ids = ['5f0c1d9a7be24e31', '5f0c1d9a7be24e31', 'x" onload="y', 'rules', 'top'];
    const report = { ...emptyReport, diagnoses: ids.map((id, at) => ({ ...bareDiagnosis, id, rank: at + 1 })) };
    const anchors = [...check(report).querySelectorAll('article')].map(({ id }) => id);
    expect(anchors).toEqual(['5f0c1d9a7be24e31', 'cause-2', 'cause-3', 'cause-4', 'cause-5']);
  });

  it('has cards for the first 500, says how many more there are, and all in its JSON', () => {
    const diagnoses = Array.from({ length: 502 }, (_, at) => ({
      ...bareDiagnosis,
      id: `${at}`,
      rank: at + 1,
      contributing: ['501'],
    }));
    const document = parse(renderHtml({ ...emptyReport, diagnoses }));
    expect(document.querySelectorAll('main article')).toHaveLength(500);
    expect(document.querySelectorAll('.toc li')).toHaveLength(500);
    expect(textOf(document, '.rest')).toBe('… and 2 more root causes: they are in the JSON of this page.');
    expect(textOf(document, 'article .plain')).toContain('502');
    expect(document.querySelectorAll('article .plain a')).toHaveLength(0);
    const json = JSON.parse(document.querySelector('#kroot-report')?.textContent ?? '') as { diagnoses: unknown[] };
    expect(json.diagnoses).toHaveLength(502);
  });

  it('tells what the text tells', () => {
    const document = check(onePod);
    expect(textOf(document, 'h1')).toContain('1 root cause explains 3 unhealthy pods in prod-eu1 · namespace prod');
    expect(textOf(document, 'article')).toContain('prod has Secret "db-passwords" with a key "password": a typo?');
    expect(textOf(document, 'article pre')).toBe(
      'kubectl -n prod create secret generic db-password --from-literal=password="$DB_PASS"',
    );
    expect(textOf(document, '.chips')).toBe('3 pods1 Service1 Deployment1 Ingress1 other object');
    expect(textOf(check(placed), 'table')).toContain('gpu-14 of 8 nvidia.com/gpu are freefree 4 nvidia.com/gpu');
    expect(textOf(check(verified), '.tried')).toContain('On the snapshot the fault is gone afterwards');
    expect(textOf(check(mixed), '#coverage')).toContain('11 rules may have missed something');
    expect(textOf(check(mixed), '#failures')).toContain('acme/queue-lag');
    expect(textOf(check(mixed), 'article:nth-of-type(2) a[href="#aaaa4c31f2d09b55"]')).toContain('1 Service shop/cart');
  });

  it('names the context in commands where it is not the current one', () => {
    expect(renderHtml(onePod, { context: 'prod-eu1' })).toContain('kubectl --context prod-eu1 -n prod create secret');
  });

  it('leaves out a command that could mean something else than it shows', () => {
    const fix = { summary: 'Look.', steps: [], effect: 'none', where: 'cluster' } as const;
    const bad = { ...fix, commands: [{ argv: ['kubectl', 'get', 'x\u202e'] }] };
    const document = check({ ...emptyReport, diagnoses: [{ ...bareDiagnosis, fixes: [bad] }] });
    expect(document.querySelectorAll('pre')).toHaveLength(0);
    expect(textOf(document, '.fix')).toBe('Check Look.');
  });

  it('stays small and is made quickly, however many causes there are and however much they stop', () => {
    const children = Array.from({ length: 20 }, (_, at) =>
      node('Deployment', 'prod', `d-${at}`, '0/1 ready', [node('Service', 'prod', `s-${at}`, '0 endpoints')]),
    );
    const why = node('Secret', 'prod', 'x', 'not found', children);
    const of = (count: number): Document =>
      parse(
        renderHtml({
          ...emptyReport,
          diagnoses: Array.from({ length: count }, (_, at) => ({ ...bareDiagnosis, id: `${at}`, rank: at + 1, why })),
        }),
      );
    expect(of(1).querySelectorAll('article g')).toHaveLength(18);
    const many = of(200);
    expect(many.querySelectorAll('article')).toHaveLength(200);
    expect(many.querySelectorAll('article:first-of-type g')).toHaveLength(12);
    expect(textOf(many, 'article details.alt summary')).toBe('The same as text (6 objects not drawn)');
  });

  it('is nested no deeper than browsers go, however long a chain is', () => {
    let why = node('Service', 'prod', 'last', 'fails');
    for (let depth = 0; depth < 700; depth++) why = node('Service', 'prod', `svc-${depth}`, 'waits', [why]);
    const document = check({ ...emptyReport, diagnoses: [{ ...bareDiagnosis, why }] });
    expect(document.querySelectorAll('.tree li')).toHaveLength(240);
    expect(document.querySelectorAll('article svg g')).toHaveLength(60);
    expect(document.querySelector('ul ul ul ul ul ul ul ul ul ul')).toBeNull();
    expect(textOf(document, 'details.alt summary')).toBe('The same as text (641 objects not drawn)');
  });
});
