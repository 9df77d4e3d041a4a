import { compareStrings, formatRef, type HealthCheck, type Unexplained } from '@kroot/types';
import { formatSince } from '../moment.ts';
import { blindGroups, permission, type GapGroup } from '../text/blind-spots.ts';
import { checkedTexts } from '../text/proof.ts';
import { counted, formatCount } from '../words.ts';
import { evidenceList } from './evidence-list.ts';
import { markup, when, type Content, type Markup } from './markup.ts';
import { type Page } from './page.ts';
import { ruleLink } from './rule-notes.ts';
import { severityMark } from './severity-mark.ts';

/** A part of the page with its name; absent where there is nothing to say. */
export interface Part {
  readonly id: string;
  readonly name: string;
  readonly content: Content;
}

/** What stands below the root causes, in this order. */
export function pageParts(page: Page): readonly Part[] {
  return [
    { id: 'proof', name: page.report.health.length > 0 ? 'Proof' : 'What was checked', content: proof(page) },
    { id: 'unexplained', name: 'Unexplained', content: unexplained(page) },
    { id: 'coverage', name: 'Coverage', content: coverage(page) },
    { id: 'suppressed', name: 'Suppressed', content: suppressed(page) },
    { id: 'failures', name: 'Rules that failed', content: failures(page) },
    { id: 'notices', name: 'Notices', content: notices(page) },
  ].filter(({ content }) => content !== undefined);
}

/** A part of the page. */
export function partBlock({ content, id, name }: Part): Markup {
  return markup`<section class="block" id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${name}</h2>${content}</section>`;
}

const SIGNS: Readonly<Record<HealthCheck['state'], readonly [string, string]>> = {
  ok: ['✔', 'good'],
  failed: ['✖', 'not good'],
  unknown: ['?', 'not known'],
  'not-applicable': ['–', 'does not apply'],
};

function proof({ report, view }: Page): Content {
  const { diagnoses, health, unexplained: rest } = report;
  if (health.length > 0)
    return markup`<ul class="checks">${health.map(({ name, state, text }) => {
      const [sign, words] = SIGNS[state];
      return markup`<li class="${state}"><span class="sign" role="img" aria-label="${words}">${sign}</span> <b>${name}</b> <span>${text}</span></li>`;
    })}</ul>`;
  return diagnoses.length > 0 || rest.length > 0
    ? undefined
    : checkedTexts(view).map((text) => when(text !== '', () => markup`<p>${text}</p>`));
}

function unexplained(page: Page): Content {
  const all = page.report.unexplained;
  if (all.length === 0) return undefined;
  return markup`<p class="soft">No known fault explains these; no chain is made up for them.</p>${all.map((each) =>
    symptom(each, page),
  )}`;
}

function symptom(
  { checked, count, evidence, message, resource, rule, severity, since }: Unexplained,
  page: Page,
): Markup {
  const age = formatSince(since, page.report.now);
  const facts = [
    ...(count > 1 ? [`${formatCount(count)} alike`] : []),
    ...(age === undefined ? [] : [`since ${age}`]),
  ].join(', ');
  return markup`<article class="card small"><header><p class="top">${severityMark(severity)}<span class="id">${ruleLink(
    rule,
    page,
  )}</span></p><h3>${message}</h3><p class="effect"><code>${formatRef(resource)}</code>${facts === '' ? '' : `, ${facts}`}</p></header>${when(
    evidence.length > 0,
    () => markup`<section><h4>Evidence</h4><div>${evidenceList(evidence, page, resource.namespace)}</div></section>`,
  )}${when(
    checked.length > 0,
    () =>
      markup`<section><h4>Checked</h4><div><ul>${checked.map((text) => markup`<li>${text}</li>`)}</ul></div></section>`,
  )}</article>`;
}

function coverage(page: Page): Content {
  const groups = blindGroups(page.report);
  if (groups.length === 0) return markup`<p>Everything that the rules look at could be seen.</p>`;
  return markup`<p class="soft">Blind spots: what is in them was not judged. Unknown is never taken for missing.</p><div class="scroll" tabindex="0" role="region" aria-label="Blind spots"><table><thead><tr><th scope="col">State</th><th scope="col">Kinds</th><th scope="col">Why, and what it costs</th></tr></thead><tbody>${groups.map(
    (group) => gapRow(group, page),
  )}</tbody></table></div>`;
}

function gapRow({ kinds, place, reason, rules, state }: GapGroup, { view }: Page): Markup {
  const names = [...kinds].toSorted(compareStrings);
  const missed = [...rules].toSorted(compareStrings);
  const need = state === 'forbidden' ? markup`<p>${permission(names, view)}</p>` : undefined;
  return markup`<tr><td>${state.replaceAll('-', ' ')}</td><td>${names.join(', ')}${place}</td><td>${when(
    reason !== '',
    () => markup`<p>${reason}</p>`,
  )}${need}<details><summary>${counted(missed.length, 'rule')} may have missed something</summary><p><code>${missed.join(
    ', ',
  )}</code></p></details></td></tr>`;
}

function suppressed({ report }: Page): Content {
  if (report.suppressed.length === 0) return undefined;
  return markup`<ul>${report.suppressed.map(
    ({ message, rule, severity }) => markup`<li>${severityMark(severity)} ${message} <code>${rule}</code></li>`,
  )}</ul>`;
}

function failures({ report }: Page): Content {
  if (report.failures.length === 0) return undefined;
  return markup`<p class="soft">The other rules went on.</p><ul>${report.failures.map(
    ({ reason, rule }) => markup`<li><code>${rule}</code> ${reason}</li>`,
  )}</ul>`;
}

function notices({ report }: Page): Content {
  if (report.notices.length === 0) return undefined;
  return markup`<ul>${report.notices.map((text) => markup`<li>${text}</li>`)}</ul>`;
}
