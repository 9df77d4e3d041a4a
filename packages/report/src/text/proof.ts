import { counted } from '../words.ts';
import { blindSpots } from './blind-spots.ts';
import { item } from './block.ts';
import { columns } from './columns.ts';
import { type View } from './options.ts';
import { span, type Line } from './span.ts';

/** Longer names of checks do not get a column of their own. */
const MAX_NAME = 20;

/** The proof for a healthy target, or what was looked at when nothing is wrong. */
export function proof(view: View): readonly Line[] {
  const { diagnoses, health, unexplained } = view.report;
  if (health.length > 0) return healthLines(view);
  return diagnoses.length === 0 && unexplained.length === 0 ? checkedLines(view) : [];
}

function healthLines({ glyphs, report, width }: View): readonly Line[] {
  const signs = {
    ok: span(glyphs.good, 'good'),
    failed: span(glyphs.bad, 'bad'),
    unknown: span(glyphs.unsure, 'unsure'),
    'not-applicable': span(glyphs.none, 'quiet'),
  } as const;
  const size = Math.min(MAX_NAME, Math.max(...report.health.map(({ name }) => columns(name))));
  return report.health.flatMap(({ name, state, text }) => {
    const head = [span('  '), signs[state], span(' ')];
    const gap = size - columns(name);
    return gap < 0
      ? item(head, `${name}: ${text}`, width)
      : item([...head, span(name), span(' '.repeat(gap + 2))], text, width);
  });
}

function checkedLines(view: View): readonly Line[] {
  return checkedTexts(view).flatMap((text) => item('  ', text, view.width));
}

/** What was looked at, when nothing was found. */
export function checkedTexts({ glyphs, report }: View): readonly string[] {
  const { counts, coverage, failures, rules, suppressed } = report;
  const namespaces = counts.namespaces === 0 ? '' : ` in ${counted(counts.namespaces, 'namespace')}`;
  const ratios = [
    ...(counts.nodes === 0 ? [] : [`${counts.nodesReady}/${counted(counts.nodes, 'node')} ready`]),
    ...(counts.pods === 0 ? [] : [`${counts.podsReady}/${counted(counts.pods, 'pod')} ready`]),
    ...(counts.services === 0
      ? []
      : [`${counts.servicesWithEndpoints}/${counted(counts.services, 'service')} with endpoints`]),
  ];
  const whole = coverage.complete && blindSpots(report).length === 0 && failures.length === 0;
  const quiet =
    suppressed.length === 0
      ? ''
      : ` ${counted(suppressed.length, 'finding')} ${suppressed.length === 1 ? 'is' : 'are'} suppressed.`;
  return [
    `Checked ${counted(counts.objects, 'object')}${namespaces} with ${counted(rules.length, 'rule')}.`,
    ratios.join(glyphs.dot),
    `${whole ? 'Nothing was skipped.' : 'Not everything could be checked.'}${quiet}`,
  ];
}
