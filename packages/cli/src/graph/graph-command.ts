import { cleanText } from '@kroot/report';
import { EXIT } from '../exit-codes.ts';
import { resolveOutputPolicy } from '../output-policy.ts';
import { type Streams } from '../streams.ts';
import { type Target } from '../target.ts';
import { fold } from './fold.ts';
import { type GraphFlags } from './graph-flags.ts';
import { drawn, graphJson, graphText } from './graph-formats.ts';
import { graphInput } from './graph-input.ts';
import { viewOf } from './view-of.ts';

/** How far `kroot graph` goes if it is not told. */
const DEPTH = 3;

/** Draws the dependencies around an object, or of what is unhealthy. */
export async function runGraph(flags: GraphFlags, asked: Target | undefined, streams: Streams): Promise<number> {
  const input = await graphInput(flags, asked, streams);
  const { health, part } = viewOf(input, flags, DEPTH);
  const { output } = flags;
  if (output === 'json') streams.stdout.write(graphJson(part, input, health));
  else {
    const folded = fold(part, input.snapshot, health, input.target);
    const policy = resolveOutputPolicy(streams.env, streams.stdout, flags);
    streams.stdout.write(
      output === 'text'
        ? graphText(folded, input, policy) ||
            `Nothing is known to be unhealthy in ${cleanText(input.report.source.name)}.\n`
        : drawn(folded, input, output),
    );
  }
  if (part.cut && flags.quiet !== true && output !== 'json')
    streams.stderr.write('kroot: there is more beyond this; --depth takes a larger number\n');
  return input.interrupted ? EXIT.interrupted : EXIT.ok;
}
