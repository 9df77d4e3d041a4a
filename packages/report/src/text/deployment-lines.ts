import { formatRef, type OtherDiagnosis } from '@kroot/types';
import { counted } from '../words.ts';
import { hang, item, withRightEdge } from './block.ts';
import { type View } from './options.ts';
import { span, type Line, type Span } from './span.ts';

const MAX_SHOWN = 10;
const MARGIN = 4;

/** What applying manifests does besides what it breaks: what it heals, and what stays as it is. */
export function deploymentSection(view: View): readonly Line[] {
  const { deployment } = view.report;
  if (deployment === undefined) return [];
  const { created, updated, heals, stays } = deployment;
  const { glyphs, width } = view;
  return [
    ...item('', `It creates ${counted(created, 'object')} and updates ${updated}.`, width),
    ...listOf('Heals', heals, span(glyphs.good, 'good'), view),
    ...listOf('Stays', stays, span(glyphs.none, 'quiet'), view),
  ];
}

function listOf(title: string, all: readonly OtherDiagnosis[], sign: Span, view: View): readonly Line[] {
  if (all.length === 0) return [];
  const hidden = all.length - MAX_SHOWN;
  const shown = view.options.details || hidden <= 1 ? all : all.slice(0, MAX_SHOWN);
  const more = all.length - shown.length;
  return [
    [],
    [span(title, 'strong')],
    ...shown.flatMap((each) => {
      const doubt = each.certain ? '' : ' (shows only when it runs)';
      const text = `${each.message === '' ? formatRef(each.resource) : each.message}${doubt}`;
      const head = [span('  '), sign, span(' ')];
      return hang(head, withRightEdge(text, span(each.rule, 'quiet'), view.width - MARGIN));
    }),
    ...(more === 0 ? [] : [[span(`  ${view.glyphs.ellipsis} and ${more} more (--details)`, 'quiet')]]),
  ];
}
