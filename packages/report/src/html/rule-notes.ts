import { type AnalyzerMeta } from '@kroot/types';
import { markup, when, type Content, type Markup } from './markup.ts';
import { type Page } from './page.ts';

/** The id of a rule, as a link to what the page says about it. */
export function ruleLink(rule: string, { ruleAnchors }: Page): Markup {
  const anchor = ruleAnchors.get(rule);
  return anchor === undefined ? markup`<code>${rule}</code>` : markup`<a href="#${anchor}"><code>${rule}</code></a>`;
}

/** What the rules of this report mean and how they decide. */
export function ruleNotes(page: Page): Content {
  const { report, ruleAnchors } = page;
  const rules = report.rules.filter(({ id }) => ruleAnchors.has(id));
  if (rules.length === 0) return undefined;
  return markup`<section class="block" id="rules" aria-labelledby="rules-h"><h2 id="rules-h">Rules of this report</h2>${rules.map(
    (rule) => note(rule, ruleAnchors.get(rule.id) ?? ''),
  )}</section>`;
}

function note({ docs, id, title }: AnalyzerMeta, anchor: string): Markup {
  const { decides, falsePositives, means, references, silent } = docs;
  const parts = [
    ['What it means', means],
    ['How it decides', decides],
    ['When it is silent', silent],
    ['How it can be wrong', falsePositives],
  ] as const;
  return markup`<details class="rule" id="${anchor}"><summary><code>${id}</code> ${title}</summary><dl>${parts.map(
    ([name, text]) => when(text, (words) => markup`<dt>${name}</dt><dd>${words}</dd>`),
  )}${when(
    references.length > 0,
    () =>
      markup`<dt>Proof</dt><dd><ul class="plain">${references.map((page) => markup`<li>${reference(page)}</li>`)}</ul></dd>`,
  )}</dl></details>`;
}

/** A plugin can write anything here. */
function reference(text: string): Content {
  return /^https:\/\/[\w.-]+(?:\/[^\s"'<>]*)?$/.test(text)
    ? markup`<a href="${text}" rel="noopener noreferrer">${text}</a>`
    : text;
}
