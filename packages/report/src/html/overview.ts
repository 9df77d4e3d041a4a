import { SEVERITIES, type Diagnosis, type OtherDiagnosis, type Report } from '@kroot/types';
import { firstFix } from '../text/footer.ts';
import { baselineWords } from '../suppression-words.ts';
import { circumstances, judged } from '../text/verdict.ts';
import { formatCount, counted, sentence } from '../words.ts';
import { markup, when, type Content, type Markup } from './markup.ts';
import { type Page } from './page.ts';
import { blindKinds } from '../text/blind-spots.ts';

/** The head of the page: what the report comes to, of what and as of when, and how much of the cluster stands. */
export function overview({ report, view }: Page): Markup {
  const { sign, text } = judged(view);
  const holes = blindKinds(report);
  const first = firstFix(report.diagnoses);
  return markup`<header class="head" id="top"><p class="brand"><b>kroot</b> <span>${circumstances(view)}</span></p>
<h1 class="${sign.style ?? ''}"><span class="sign" aria-hidden="true">${sign.text}</span> ${text}</h1>${when(
    report.diagnoses.length > 1 && first !== '',
    () => markup`<p class="lead">${sentence(first.replace(/^f/, 'F'))}</p>`,
  )}${when(
    holes > 0,
    () =>
      markup`<p class="lead"><a class="tag unsure" href="#coverage">incomplete: ${counted(holes, 'blind spot')}</a></p>`,
  )}${report.baseline === undefined ? undefined : markup`<p class="lead">${baselineWords(report.baseline)}.</p>`}${deployment(report)}<dl class="stats">${severities(report)}${ratios(report)}<div><dt>Objects</dt><dd>${formatCount(
    report.counts.objects,
  )}</dd></div></dl></header>`;
}

/** What applying manifests does besides what it breaks. */
function deployment({ deployment: outcome }: Report): Content {
  if (outcome === undefined) return undefined;
  const { created, heals, stays, updated } = outcome;
  return markup`<p class="lead">Applying this creates ${counted(created, 'object')} and updates ${updated}.</p>${otherList('Heals', heals)}${otherList('Stays', stays)}`;
}

function otherList(title: string, all: readonly OtherDiagnosis[]): Content {
  return when(
    all.length > 0,
    () =>
      markup`<details open><summary>${title}</summary><ul>${all.map(
        ({ certain, message }) => markup`<li>${message}${certain ? '' : ' (shows only when it runs)'}</li>`,
      )}</ul></details>`,
  );
}

function severities({ diagnoses }: Report): Content {
  return SEVERITIES.map((severity) => {
    const count = diagnoses.filter((diagnosis) => diagnosis.severity === severity).length;
    const name = { critical: 'Critical', warning: 'Warnings', info: 'Remarks' }[severity];
    return when(count > 0, () => markup`<div><dt>${name}</dt><dd class="${severity}">${formatCount(count)}</dd></div>`);
  });
}

function ratios({ counts }: Report): Content {
  const all = [
    ['Pods ready', counts.podsReady, counts.pods],
    ['Nodes ready', counts.nodesReady, counts.nodes],
    ['Services with endpoints', counts.servicesWithEndpoints, counts.services],
  ] as const;
  return all.map(([name, good, of]) =>
    when(
      of > 0,
      () =>
        markup`<div><dt>${name}</dt><dd>${formatCount(good)}<span class="of">/${formatCount(of)}</span></dd>${bar(good / of)}</div>`,
    ),
  );
}

/** Attributes of SVG may say how long it is; a style in an attribute is what the page's policy forbids. */
function bar(share: number): Markup {
  const width = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return markup`<svg class="bar" height="3" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="3" fill="#ccc"/><rect class="on" width="${width}" height="3"/></svg>`;
}

/** The list of root causes, in the order in which to repair them, and the other parts of the page. */
export function navigation(page: Page, parts: readonly (readonly [string, string])[]): Markup {
  const { cards: diagnoses } = page;
  return markup`<nav class="side" aria-label="Root causes and parts of the report"><a class="brand" href="#top"><b>kroot</b></a>${when(
    diagnoses.length > 0,
    () => markup`${filterBox(diagnoses)}<ol class="toc">${diagnoses.map((diagnosis) => entry(diagnosis, page))}</ol>`,
  )}<ul class="parts">${parts.map(([id, name]) => markup`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`;
}

function entry(diagnosis: Diagnosis, { anchors }: Page): Markup {
  const { message, rank, severity } = diagnosis;
  return markup`<li><a href="#${anchors.get(diagnosis) ?? ''}"><span class="rank ${severity}">${rank}</span><span>${message}<span class="vh">, ${severity}</span></span></a></li>`;
}

/** Works with scripts only, so it shows itself with scripts only. */
function filterBox(diagnoses: readonly Diagnosis[]): Content {
  if (diagnoses.length < 2) return undefined;
  const found = SEVERITIES.filter((severity) => diagnoses.some((diagnosis) => diagnosis.severity === severity));
  return markup`<form class="filter" data-js hidden role="search"><label for="q">Filter</label><input id="q" type="search" autocomplete="off" spellcheck="false" placeholder="name, namespace, rule …">${when(
    found.length > 1,
    () =>
      markup`<fieldset><legend class="vh">Severities</legend>${found.map(
        (severity) =>
          markup`<label><input type="checkbox" name="severity" value="${severity}" checked> ${severity}</label>`,
      )}</fieldset>`,
  )}<p id="found" role="status" class="soft"></p></form>`;
}
