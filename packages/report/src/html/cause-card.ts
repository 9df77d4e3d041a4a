import { formatRef, type Diagnosis } from '@kroot/types';
import { causalDrawing } from '../drawing/causal-drawing.ts';
import { inlineSvg } from '../drawing/render-svg.ts';
import { impactLists } from '../impact.ts';
import { formatSince } from '../moment.ts';
import { formatPlace } from '../text/options.ts';
import { certainty, counted, formatCount } from '../words.ts';
import { chainTexts } from '../narrative.ts';
import { evidenceList } from './evidence-list.ts';
import { fixList } from './fix-list.ts';
import { Markup, markup, when, type Content } from './markup.ts';
import { type Page } from './page.ts';
import { placementBlock } from './placement-block.ts';
import { ruleLink } from './rule-notes.ts';
import { severityMark } from './severity-mark.ts';
import { treeList } from './tree.ts';

/** Boxes of one picture; where there are many pictures each has fewer, so that a page is made in seconds and can be sent. */
const MAX_NODES = 60;
const MIN_NODES = 12;
const ALL_NODES = 1200;
/** Lines of the text beside a picture, for each of its boxes. */
const LINES_A_BOX = 4;
/** Names of one list; all of them are in the data of the page. */
const MAX_NAMES = 60;
const MAX_TRACES = 12;

/** One root cause with all that a reader needs to act on it. */
export function causeCard(diagnosis: Diagnosis, page: Page): Markup {
  const { cause, confidence, evidence, message, notes, placement, rank, remaining, rule, severity } = diagnosis;
  const anchor = page.anchors.get(diagnosis) ?? '';
  const home = diagnosis.rootCause.namespace ?? page.report.scope.namespace;
  const unsure = certainty(confidence).replace(': ', '');
  return markup`<article class="card ${severity}" id="${anchor}" data-card="${severity}" aria-labelledby="${anchor}-h">
<header><p class="top"><span class="rank">${rank}</span>${severityMark(severity)}${when(
    unsure !== '',
    () => markup`<span class="tag unsure">${unsure}</span>`,
  )}<span class="id">${ruleLink(rule, page)}</span></p>
<h3 id="${anchor}-h">${message} <a class="anchor" href="#${anchor}" aria-label="Link to root cause ${rank}">#</a></h3>${effect(
    diagnosis,
    page,
  )}</header>
${section(
  'Place',
  when(diagnosis.location, (place) => markup`<p><code>${formatPlace(place)}</code></p>`),
)}${section(
    'Cause',
    when(cause !== '', () => markup`<p>${cause}</p>`),
  )}${section('Changed before', changed(diagnosis))}${section(
    'Why',
    why(diagnosis, page),
  )}${section('Evidence', evidenceList(evidence, page, home))}${section('Note', paragraphs(notes))}${section(
    'Repair',
    fixList(diagnosis, page),
  )}${section('Remains', paragraphs(remaining))}${section('Also in the way', related(diagnosis, page))}${section(
    'Scheduling',
    when(placement, placementBlock),
  )}${impact(diagnosis)}${decided(diagnosis)}</article>`;
}

function section(title: string, content: Content): Content {
  return content === undefined ? undefined : markup`<section><h4>${title}</h4><div>${content}</div></section>`;
}

function paragraphs(texts: readonly string[]): Content {
  return texts.length === 0 ? undefined : texts.map((text) => markup`<p>${text}</p>`);
}

function effect({ effect: text, since }: Diagnosis, { report }: Page): Content {
  const age = formatSince(since, report.now);
  if (text === '' && age === undefined) return undefined;
  const time = when(age, (words) => markup`<time datetime="${since}">since ${words}</time>`);
  return markup`<p class="effect">${text}${text === '' || age === undefined ? '' : ', '}${time}</p>`;
}

/** An edit stands among the evidence already, with its time. */
function changed({ changed: text = '', evidence }: Diagnosis): Content {
  const isTold = evidence.some(({ path }) => path === 'metadata.managedFields');
  return text === '' || isTold ? undefined : markup`<p>${text}</p>`;
}

/** The picture, and the same as text for those who do not see it; a cause that stops nothing needs neither. */
function why(diagnosis: Diagnosis, page: Page): Content {
  const { message, why: root } = diagnosis;
  if (root.children.length === 0) return undefined;
  const drawing = causalDrawing([diagnosis], `Why: ${message}`, boxes(page));
  const picture = new Markup(inlineSvg(drawing, `${page.anchors.get(diagnosis) ?? ''}-g`));
  const missing = drawing.omitted === 0 ? '' : ` (${counted(drawing.omitted, 'object')} not drawn)`;
  return markup`<div class="scroll pic" tabindex="0" role="region" aria-label="Picture: from the cause to what it stops">${picture}</div><details class="alt"><summary>The same as text${missing}</summary>${treeList(
    diagnosis,
    page,
    LINES_A_BOX * boxes(page),
  )}</details>`;
}

function boxes({ report }: Page): number {
  const share = Math.floor(ALL_NODES / Math.max(1, report.diagnoses.length));
  return Math.min(MAX_NODES, Math.max(MIN_NODES, share));
}

function related(diagnosis: Diagnosis, { anchors, report }: Page): Content {
  const others = report.diagnoses.filter(({ id }) => diagnosis.contributing.includes(id));
  if (others.length === 0) return undefined;
  return markup`<ul class="plain">${others.map((other) => {
    const words = markup`<span class="rank">${other.rank}</span> ${other.message}`;
    const anchor = anchors.get(other);
    return markup`<li>${anchor === undefined ? words : markup`<a href="#${anchor}">${words}</a>`}</li>`;
  })}</ul>`;
}

const NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  pods: ['pod', 'pods'],
  services: ['Service', 'Services'],
  deployments: ['Deployment', 'Deployments'],
  ingresses: ['Ingress', 'Ingresses'],
  'stateful sets': ['StatefulSet', 'StatefulSets'],
  'daemon sets': ['DaemonSet', 'DaemonSets'],
  jobs: ['Job', 'Jobs'],
  others: ['other object', 'other objects'],
};

function impact(diagnosis: Diagnosis): Content {
  const lists = impactLists(diagnosis.impact).filter(({ resources }) => resources.length > 0);
  if (lists.length === 0) return undefined;
  const words = lists.map(({ name, resources }) => {
    const [one = name, many = name] = NOUNS[name] ?? [];
    return { count: counted(resources.length, one, many), resources };
  });
  return section(
    'Impact',
    markup`<ul class="chips">${words.map(({ count }) => markup`<li>${count}</li>`)}</ul><details><summary>Names</summary>${words.map(
      ({ count, resources }) => markup`<p class="names"><b>${count}</b> ${names(resources)}</p>`,
    )}</details>`,
  );
}

function names(all: readonly string[]): Content {
  const more = all.length - MAX_NAMES;
  const shown = more > 1 ? all.slice(0, MAX_NAMES) : all;
  return markup`<code>${shown.join(', ')}</code>${more > 1 ? ` … and ${formatCount(more)} more` : ''}`;
}

/** For those who want to know how it was decided. */
function decided(diagnosis: Diagnosis): Markup {
  const { confidence, id, symptoms, traces } = diagnosis;
  const rest = traces.length - MAX_TRACES;
  return markup`<details class="more"><summary>How it was decided</summary>${when(
    symptoms.length > 0,
    () =>
      markup`<h5>Symptoms that it explains</h5><ul>${symptoms.map(
        ({ count, resource, rule, state }) =>
          markup`<li><code>${formatRef(resource)}</code> ${state}${count > 1 ? ` (${formatCount(count)} alike)` : ''} <span class="soft">${rule}</span></li>`,
      )}</ul>`,
  )}${when(
    traces.length > 0,
    () =>
      markup`<h5>Chains</h5><ul>${traces
        .slice(0, rest > 1 ? MAX_TRACES : traces.length)
        .map(({ chain, confidence: sure }) => {
          return markup`<li><code>${chainTexts(diagnosis, chain).join(' → ')}</code> <span class="soft">${sure.toFixed(2)}</span></li>`;
        })}</ul>${when(rest > 1, () => markup`<p class="soft">… and ${rest} more chains</p>`)}`,
  )}<p class="soft">Fingerprint <code>${id}</code> · class of evidence ${confidence.toFixed(2)}</p></details>`;
}
