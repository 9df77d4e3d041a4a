import { builtinAnalyzers } from '@kroot/analyzers';
import { readReport } from '@kroot/cluster';
import { cleanText, fromDocument } from '@kroot/report';
import { configured, LOOKS } from '../config/configured.ts';
import { type ConfigFlags } from '../config/config-options.ts';
import { EXIT } from '../exit-codes.ts';
import { type OutputFlags } from '../output/output-options.ts';
import { prepareOutput } from '../output/report-output.ts';
import { type Streams } from '../streams.ts';

/** Values of the options of `kroot render`. */
export type RenderFlags = Omit<OutputFlags, 'ci'> & ConfigFlags;

/** Prints a report again, from its JSON. What a CI server shows on top was for the run that found it. */
export async function runRender(given: RenderFlags, file: string, streams: Streams): Promise<number> {
  const { flags } = await configured(given, { settings: LOOKS, output: true }, streams);
  const write = await prepareOutput({ ...flags, ci: false }, streams);
  const { document, notice } = await readReport(file, streams);
  if (notice !== undefined && flags.quiet !== true) streams.stderr.write(`kroot: ${cleanText(notice)}\n`);
  const known = builtinAnalyzers.map(({ meta }) => meta);
  await write(fromDocument(document, known));
  return EXIT.ok;
}
