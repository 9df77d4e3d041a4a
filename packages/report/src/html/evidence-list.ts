import { type Evidence } from '@kroot/types';
import { formatAge } from '../moment.ts';
import { shortRef } from '../text/options.ts';
import { counted, formatCount } from '../words.ts';
import { markup, type Content, type Markup } from './markup.ts';
import { type Page } from './page.ts';

/** Pieces of evidence that are shown at once; the rest can be unfolded. */
const SHOWN = 6;

/** What a finding rests on: when and how often, where it was read, and the machine's own words. */
export function evidenceList(evidence: readonly Evidence[], page: Page, home: string | undefined): Content {
  if (evidence.length === 0) return undefined;
  const items = evidence.map((each) => piece(each, page, home));
  const most = items.length <= SHOWN + 1 ? items.length : SHOWN;
  const rest = items.slice(most);
  const more =
    rest.length === 0
      ? undefined
      : markup`<details><summary>${counted(rest.length, 'more piece', 'more pieces')} of evidence</summary><ul class="ev">${rest}</ul></details>`;
  return markup`<ul class="ev">${items.slice(0, most)}</ul>${more}`;
}

function piece(evidence: Evidence, { report }: Page, home: string | undefined): Markup {
  const { count, firstSeen, lastSeen, quote } = evidence;
  const moment = lastSeen ?? firstSeen;
  const age = formatAge(moment, report.now);
  const time =
    age === undefined || moment === undefined
      ? markup`<span class="t">now</span>`
      : markup`<time class="t" datetime="${moment}" title="${moment}">${age}</time>`;
  const times = count === undefined || count < 2 ? undefined : markup` <span class="n">×${formatCount(count)}</span>`;
  return markup`<li><span class="w">${time}${times}</span><span class="q">${origin(evidence, home)}${quote}</span></li>`;
}

function origin({ path, ref, source }: Evidence, home: string | undefined): Content {
  if (source === 'computed') return undefined;
  const name = shortRef(ref, home);
  const places = { event: `event on ${name}`, log: `log of ${name}` } as const;
  const place = source === 'event' || source === 'log' ? places[source] : `${name} ${path ?? source}`;
  return markup`<span class="src">${place}</span> `;
}
