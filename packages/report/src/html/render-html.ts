import { type Report } from '@kroot/types';
import { cleanReport } from '../clean-report.ts';
import { judged } from '../text/verdict.ts';
import { causeCard } from './cause-card.ts';
import { embeddedJson } from './embedded-json.ts';
import { html, Markup, markup, when, type Content } from './markup.ts';
import { navigation, overview } from './overview.ts';
import { pageParts, partBlock } from './page-parts.ts';
import { PAGE_POLICY } from './page-policy.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';
import { pageOf, type HtmlOptions, type Page } from './page.ts';
import { counted } from '../words.ts';
import { ruleNotes } from './rule-notes.ts';

/**
 * Prints a report as one page that needs nothing else: no request, no script to be read, colours for light and dark, pictures
 * of what stops what, and the JSON document in the element with the id `kroot-report`.
 */
export function renderHtml(report: Report, options: HtmlOptions = {}): string {
  const page = pageOf(cleanReport(report), options);
  const title = `${judged(page.view).text} · kroot`;
  const body = html(main(page));
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="robots" content="noindex">',
    `<meta name="generator" content="${html(`kroot ${page.report.tool.version}`)}">`,
    `<title>${html(title)}</title>`,
    `<style>${PAGE_STYLE}</style>`,
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head>\n${head.join('\n')}\n</head>`,
    `<body>\n${body}`,
    `<script type="application/json" id="kroot-report">${embeddedJson(report)}</script>`,
    `<script>${PAGE_SCRIPT}</script>`,
    '</body>',
    '</html>\n',
  ].join('\n');
}

function main(page: Page): Content {
  const { report } = page;
  const parts = pageParts(page);
  const rules = ruleNotes(page);
  const links = [
    ...parts.map(({ id, name }) => [id, name] as const),
    ...(rules === undefined ? [] : [['rules', 'Rules of this report'] as const]),
  ];
  const cards = page.cards.map((diagnosis) => [new Markup('\n'), causeCard(diagnosis, page)]);
  const rest = report.diagnoses.length - cards.length;
  return markup`<a class="skip" href="#causes">Skip to the report</a>
<div class="page">${overview(page)}
${navigation(page, links)}
<main class="main" id="causes" tabindex="-1">${when(
    cards.length > 0,
    () =>
      markup`<section aria-labelledby="causes-h"><h2 id="causes-h">Root causes, in the order in which to repair them</h2>${cards}${when(
        rest > 0,
        () => markup`<p class="rest">… and ${counted(rest, 'more root cause')}: they are in the JSON of this page.</p>`,
      )}</section>`,
  )}
${parts.map(partBlock)}
${rules}
<footer class="foot"><p>Made by kroot ${report.tool.version} from what the cluster itself says, without a model and without a write. The whole report is in this page as JSON (element <code>kroot-report</code>).</p></footer></main></div>`;
}
