import { builtinAnalyzers } from '@kroot/analyzers';
import { cleanText, fromDocument } from '@kroot/report';
import { EXIT } from '../exit-codes.ts';
import { type OutputFlags } from '../output/output-options.ts';
import { prepareOutput } from '../output/report-output.ts';
import { type Streams } from '../streams.ts';
import { readDocument } from './read-document.ts';

/** Values of the options of `kroot render`. */
export type RenderFlags = Omit<OutputFlags, 'ci'>;

/** Prints a report again, from its JSON. What a CI server shows on top was for the run that found it. */
export async function runRender(flags: RenderFlags, file: string, streams: Streams): Promise<number> {
  const write = await prepareOutput({ ...flags, ci: false }, streams);
  const { document, notice } = await readDocument(file, streams);
  if (notice !== undefined && flags.quiet !== true) streams.stderr.write(`kroot: ${cleanText(notice)}\n`);
  const known = builtinAnalyzers.map(({ meta }) => meta);
  await write(fromDocument(document, known));
  return EXIT.ok;
}
