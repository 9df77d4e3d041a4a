import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Report } from '@kroot/types';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { causalDrawing } from '../drawing/causal-drawing.ts';
import { renderMermaid } from '../drawing/render-causes.ts';
import { drawingToSvg } from '../drawing/render-svg.ts';
import { renderHtml } from '../html/render-html.ts';
import { bareDiagnosis, emptyReport, node } from '../samples/base.test.data.ts';
import { manyPods } from '../samples/many-pods.test.data.ts';
import { mixed } from '../samples/mixed.test.data.ts';
import { onePod } from '../samples/one-pod.test.data.ts';
import { poisoned } from '../samples/poison.test.support.ts';
import { samples } from '../samples/all.test.data.ts';
import { chromiumPath } from './chromium.test.support.ts';
import { faintTexts } from './contrast.test.support.ts';

const executablePath = chromiumPath();
if (executablePath === undefined)
  process.stderr.write('browser: tests in a browser are skipped: CHROMIUM is not set and no Chromium is installed\n');

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };
const everyPage: readonly (readonly [string, Report])[] = [
  ...samples,
  ['hostile-1', poisoned(mixed, 1)],
  ['hostile-2', poisoned(manyPods, 2)],
];

describe.skipIf(executablePath === undefined)('in Chromium', () => {
  let browser: Browser;
  let folder = '';
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    folder = mkdtempSync(join(tmpdir(), 'kroot-pages-'));
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  interface Opened {
    readonly page: Page;
    /** What the page complained of or asked for. */
    readonly trouble: readonly string[];
    readonly close: () => Promise<void>;
  }

  async function open(name: string, content: string, options: BrowserContextOptions = {}): Promise<Opened> {
    const file = join(folder, name);
    writeFileSync(file, content);
    const url = pathToFileURL(file).href;
    const context = await browser.newContext({ viewport: DESK, ...options });
    const page = await context.newPage();
    const trouble: string[] = [];
    page.on('console', (message) => trouble.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (request.url() !== url) trouble.push(`request: ${request.url()}`);
    });
    await page.goto(url);
    return { page, trouble, close: async () => context.close() };
  }

  /** How many colours a picture has. */
  async function colours(picture: Buffer): Promise<number> {
    const context = await browser.newContext();
    const page = await context.newPage();
    const count = await page.evaluate(async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = image.width;
      canvas.height = image.height;
      const pen = canvas.getContext('2d');
      pen?.drawImage(image, 0, 0);
      const pixels = new Uint32Array(
        pen?.getImageData(0, 0, image.width, image.height).data.buffer ?? new ArrayBuffer(0),
      );
      return new Set(pixels).size;
    }, picture.toString('base64'));
    await context.close();
    return count;
  }

  describe.each(everyPage)('%s', (name, report) => {
    const html = renderHtml(report);

    it('asks for nothing, complains of nothing and shows something', async () => {
      const { page, trouble, close } = await open(`${name}.html`, html);
      expect(trouble).toEqual([]);
      expect(await page.locator('article').count()).toBe(report.diagnoses.length + report.unexplained.length);
      expect(await colours(await page.screenshot())).toBeGreaterThan(20);
      await close();
    });

    it.each(['light', 'dark'] as const)('can be read in %s', async (colorScheme) => {
      const { page, close } = await open(`${name}.html`, html, { colorScheme });
      expect(await page.evaluate(faintTexts)).toEqual([]);
      const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(background).toBe(colorScheme === 'light' ? 'rgb(247, 247, 245)' : 'rgb(17, 19, 23)');
      await close();
    });

    it.each([PHONE, DESK, { width: 800, height: 600 }])('fits into $width pixels', async (viewport) => {
      const { page, close } = await open(`${name}.html`, html, { viewport });
      const wide = await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
        const width = document.documentElement.clientWidth;
        const out = [...document.querySelectorAll('body *')].filter(
          (each) =>
            each.checkVisibility() &&
            each.closest('.scroll > *, .vh, script') === null &&
            each.getBoundingClientRect().right > width + 0.5,
        );
        return {
          page: document.documentElement.scrollWidth - width,
          out: out.map((each) => each.outerHTML.slice(0, 80)),
        };
      });
      expect(wide).toEqual({ page: 0, out: [] });
      await close();
    });
  });

  it('has texts that are read, and would be found faint', async () => {
    const { page, close } = await open('faint.html', renderHtml(mixed));
    await page.evaluate(() => {
      for (const each of document.querySelectorAll<HTMLElement>('h1, article .gk')) {
        each.style.color = '#909090';
        each.style.fill = '#909090';
      }
    });
    const found = await page.evaluate(faintTexts);
    expect(found.map(({ text }) => text)).toEqual(expect.arrayContaining(['Service', 'Ingress']));
    expect(found.length).toBe(5);
    await close();
  });

  it('is all there without scripts', async () => {
    const { page, trouble, close } = await open('plain.html', renderHtml(mixed), { javaScriptEnabled: false });
    expect(trouble).toEqual([]);
    expect(await page.locator('.filter, [data-copy]').filter({ visible: true }).count()).toBe(0);
    expect(await page.locator('article pre').first().isVisible()).toBe(true);
    await page.locator('.toc a').nth(1).click();
    expect(page.url()).toContain('#bbbb4c31f2d09b55');
    expect(await page.locator('article:target h3').textContent()).toContain('NetworkPolicy shop/deny-all');
    const tree = page.locator('article .tree').first();
    expect(await tree.isVisible()).toBe(false);
    await page.locator('details.alt summary').first().click();
    expect(await tree.innerText()).toContain('Ingress/shop path /cart has no backend');
    await close();
  });

  it('can be filtered by words and severity', async () => {
    const { page, close } = await open('filter.html', renderHtml(mixed));
    const shown = async (): Promise<readonly string[]> =>
      page.locator('[data-card]').filter({ visible: true }).locator('.rank').allTextContents();
    const entries = page.locator('.toc li').filter({ visible: true });
    expect(await shown()).toEqual(['1', '2', '1', '3']);
    await page.fill('#q', 'DENY-all  egress');
    expect(await page.locator('[data-card]').filter({ visible: true }).count()).toBe(1);
    expect(await entries.count()).toBe(1);
    expect(await page.locator('#found').textContent()).toBe('1 of 3 shown');
    await page.fill('#q', '');
    expect(await page.locator('#found').textContent()).toBe('');
    await page.getByLabel('warning', { exact: true }).uncheck();
    expect(await page.locator('[data-card]').filter({ visible: true }).count()).toBe(1);
    expect(await entries.innerText()).toContain('Queue orders');
    // A link to what is filtered away takes the filter off.
    await page.evaluate(() => {
      location.hash = '#aaaa4c31f2d09b55';
    });
    await page.waitForFunction(() => document.querySelectorAll('[data-card]:not([hidden])').length === 3);
    await close();
  });

  it('copies commands as they are', async () => {
    const { page, close } = await open('copy.html', renderHtml(mixed), {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.locator('[data-copy]').nth(2).click();
    await page.getByText('Copied').waitFor();
    const copied = await page.evaluate(async () => navigator.clipboard.readText());
    expect(copied).toMatch(/^kubectl apply -f - <<'EOF'\napiVersion: networking.k8s.io\/v1\n[^]*\nEOF$/);
    await close();
  });

  it('opens the rule that is linked to', async () => {
    const { page, close } = await open('rule.html', renderHtml(onePod));
    await page.locator('.id a').first().click();
    await page.getByText('What it means').waitFor();
    expect(await page.locator('details.rule').getAttribute('open')).toBe('');
    await close();
  });

  it('can be used with the keyboard', async () => {
    const { page, close } = await open('keys.html', renderHtml(manyPods));
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the report');
    const seen = new Set<string>();
    for (let press = 0; press < 60; press++) {
      // oxlint-disable-next-line no-await-in-loop -- one key after the other
      seen.add(await page.evaluate(() => document.activeElement?.className || document.activeElement?.tagName || ''));
      // oxlint-disable-next-line no-await-in-loop -- one key after the other
      await page.keyboard.press('Tab');
    }
    expect([...seen]).toEqual(expect.arrayContaining(['INPUT', 'A', 'scroll pic', 'SUMMARY', 'PRE', 'BUTTON']));
    await close();
  });

  it('prints the report without what is for screens', async () => {
    const { page, close } = await open('print.html', renderHtml(onePod), { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.locator('.side, .cmd button, .anchor').filter({ visible: true }).count()).toBe(0);
    expect(await page.locator('.tree').first().isVisible()).toBe(true);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
    await close();
  });

  it('opens a report of 200 root causes at once', async () => {
    const diagnoses = Array.from({ length: 200 }, (_, at) => ({
      ...(onePod.diagnoses[0] ?? bareDiagnosis),
      id: at.toString(16).padStart(16, '0'),
      rank: at + 1,
      why: node('Secret', 'prod', `s-${at}`, 'not found', [node('Deployment', 'prod', `d-${at}`, '0/1 ready')]),
    }));
    const { page, trouble, close } = await open('many.html', renderHtml({ ...emptyReport, diagnoses }));
    await page.fill('#q', 's-199');
    expect(await page.locator('[data-card]').filter({ visible: true }).count()).toBe(1);
    expect(trouble).toEqual([]);
    await close();
  });

  it.each(['light', 'dark'] as const)('draws SVG files in %s', async (colorScheme) => {
    const svg = drawingToSvg(causalDrawing(manyPods.diagnoses, 'Why', 40));
    const { page, trouble, close } = await open('causes.svg', svg, { colorScheme });
    expect(await colours(await page.screenshot())).toBeGreaterThan(20);
    expect(trouble).toEqual([]);
    await close();
  });

  it('texts of drawings stay in their boxes', async () => {
    const report = { ...emptyReport, diagnoses: samples.flatMap(([, { diagnoses }]) => diagnoses) };
    const { page, close } = await open('boxes.html', renderHtml(report));
    const out = await page.evaluate(() =>
      [...document.querySelectorAll('g.gn text')].flatMap((text) => {
        const box = text.closest('g')?.querySelector('rect:last-of-type')?.getBoundingClientRect();
        const { bottom, right } = text.getBoundingClientRect();
        return box !== undefined && right <= box.right && bottom <= box.bottom ? [] : [text.textContent];
      }),
    );
    expect(out).toEqual([]);
    await close();
  });

  it.each<readonly [string, Report, string]>([
    ['many pods', manyPods, 'CreateContainerConfigError'],
    ['hostile names', poisoned(mixed, 5), '<script>alert(1)</script>'],
  ])('Mermaid draws what is written for it: %s', async (_, report, words) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('mermaid/dist/mermaid.min.js') });
    const text = renderMermaid(report);
    const svg = await page.evaluate(async (source) => {
      const { mermaid } = globalThis as unknown as {
        readonly mermaid: { render(id: string, text: string): Promise<{ readonly svg: string }> };
      };
      document.body.innerHTML = (await mermaid.render('drawn', source)).svg;
      return {
        nodes: document.querySelectorAll('.node').length,
        scripts: document.querySelectorAll('body script, body a').length,
        text: document.body.textContent,
      };
    }, text);
    const nodes = text.split('\n').filter((line) => /^ {2}n\d+\[/.test(line)).length;
    expect(svg).toMatchObject({ nodes, scripts: 0 });
    expect(svg.text).toContain(words);
    await context.close();
  });
});
