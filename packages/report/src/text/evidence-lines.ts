import { type Evidence } from '@kroot/types';
import { formatAge } from '../moment.ts';
import { formatCount } from '../words.ts';
import { hang } from './block.ts';
import { columns } from './columns.ts';
import { formatPlace, shortRef, type View } from './options.ts';
import { span, type Line, type Text } from './span.ts';
import { wrap } from './wrap.ts';

const MAX_EVIDENCE = 5;

/** What a finding rests on: when and how often, where it was read, and the machine's own words. */
export function evidenceLines(
  evidence: readonly Evidence[],
  view: View,
  home: string | undefined,
  width: number,
): readonly Line[] {
  const hidden = evidence.length - MAX_EVIDENCE;
  const shown = view.options.details || hidden <= 1 ? evidence : evidence.slice(0, MAX_EVIDENCE);
  const times = shown.map((each) => when(each, view));
  const widest = Math.max(0, ...times.map(columns));
  const size = widest === 0 ? 0 : widest + 2;
  const lines = shown.flatMap((each, index) => {
    const time = times[index] ?? '';
    const head = [span(time, 'quiet'), span(' '.repeat(size - columns(time)))];
    return hang(head, wrap(quoted(each, home), width - size));
  });
  if (shown.length === evidence.length) return lines;
  return [...lines, ...wrap([span(`${view.glyphs.ellipsis} and ${hidden} more`, 'quiet')], width)];
}

function when({ count, firstSeen, lastSeen }: Evidence, { glyphs, isWritten, report }: View): string {
  // Manifests say what is to be: nothing in them has a time.
  if (isWritten && firstSeen === undefined && lastSeen === undefined) return '';
  // What has no time of its own is how things stood at the moment that the report speaks of.
  const age = formatAge(lastSeen ?? firstSeen, report.now) ?? 'now';
  const times = count === undefined || count < 2 ? undefined : `${formatCount(count)}${glyphs.times}`;
  return times === undefined ? age : `${age}, ${times}`;
}

function quoted({ location, source, ref, path, quote }: Evidence, home: string | undefined): Text {
  if (location !== undefined && source !== 'computed')
    return [span(`${formatPlace(location)}:`, 'quiet'), span(` ${quote}`)];
  if (source === 'computed') return quote;
  const name = shortRef(ref, home);
  const places = { event: `event on ${name}`, log: `log of ${name}` };
  const place = source === 'event' || source === 'log' ? places[source] : `${name} ${path ?? source}`;
  return [span(`${place}:`, 'quiet'), span(` ${quote}`)];
}
