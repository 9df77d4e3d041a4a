import { type Diagnosis, type Fix, type FixVerification } from '@kroot/types';
import { formatCommand } from '../format-command.ts';
import { PLACES } from '../text/fix-lines.ts';
import { trialWords } from '../trial-words.ts';
import { markup, when, type Content, type Markup } from './markup.ts';
import { type Page } from './page.ts';

const EFFECTS: Readonly<Record<Fix['effect'], string>> = {
  none: 'changes nothing',
  change: 'changes the cluster',
  destructive: 'destroys or interrupts something',
};

const VERDICTS: Readonly<Record<FixVerification['verdict'], string>> = {
  clears: 'Tried on the snapshot',
  'still-shows': 'Tried on the snapshot',
  'not-simulated': 'Not tried',
};

/** The repairs of a diagnosis in their order, with commands to copy and, below the one that was tried, what came of it. */
export function fixList({ fixes, verification }: Diagnosis, page: Page): Content {
  if (fixes.length === 0) return undefined;
  return markup`<ol class="fixes">${fixes.map((fix, at) =>
    item(fix, page, at === verification?.fix ? verification : undefined),
  )}</ol>`;
}

function item(fix: Fix, page: Page, trial: FixVerification | undefined): Markup {
  const { effect, steps, summary } = fix;
  return markup`<li class="fix ${effect}"><p><span class="what">${
    effect === 'none' ? 'Check' : 'Fix'
  }</span> ${summary} ${tags(fix)}</p>${when(steps.length > 0, () => stepList(steps))}${commands(fix, page)}${when(
    trial,
    tried,
  )}</li>`;
}

function tags({ commands: all, effect, where }: Fix): Content {
  const place = PLACES[where];
  const isTold = effect === 'destructive' || (effect === 'change' && all.length > 0 && where === 'cluster');
  return [
    when(place !== '', () => markup`<span class="tag">${place}</span> `),
    when(isTold, () => markup`<span class="tag ${effect}">${EFFECTS[effect]}</span>`),
  ];
}

function stepList(steps: readonly string[]): Markup {
  const [only] = steps;
  if (steps.length === 1) return markup`<p class="step">${only}</p>`;
  return markup`<ol class="steps">${steps.map((step) => markup`<li>${step}</li>`)}</ol>`;
}

/** Commands are whole or not there at all: one that could mean something else than it shows is left out by `formatCommand`. */
function commands({ commands: all }: Fix, { options }: Page): Content {
  return all.map((command) => {
    const text = formatCommand(command, options);
    return text === undefined
      ? undefined
      : markup`<div class="cmd"><pre tabindex="0" aria-label="Command"><code>${text}</code></pre><button type="button" data-copy hidden>Copy</button></div>`;
  });
}

function tried(trial: FixVerification): Markup {
  return markup`<div class="tried ${trial.verdict}"><b>${VERDICTS[trial.verdict]}</b> ${trialWords(trial).join(' ')}</div>`;
}
