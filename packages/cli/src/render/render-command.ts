import { builtinAnalyzers } from '@kroot/analyzers';
import { readReport } from '@kroot/cluster';
import { cleanText, fromDocument } from '@kroot/report';
import { configured, LOOKS } from '../config/configured.ts';
import { type ConfigFlags } from '../config/config-options.ts';
import { EXIT } from '../exit-codes.ts';
import { type OutputFlags } from '../output/output-options.ts';
import { resolveSurroundings } from '../output-policy.ts';
import { prepareOutput } from '../output/report-output.ts';
import { type Streams } from '../streams.ts';

/** Values of the options of `kroot render`. */
export type RenderFlags = Omit<OutputFlags, 'ci'> & ConfigFlags;

/** Prints a report again, from its JSON. What a CI server shows on top was for the run that found it. */
export async function runRender(given: RenderFlags, file: string, streams: Streams): Promise<number> {
  const { flags } = await configured(given, { settings: LOOKS, output: true }, streams);
  // For whom it is printed is the same as ever.
  const { format } = resolveSurroundings(streams.env, { ci: true });
  const write = await prepareOutput({ ...flags, output: flags.output ?? [format], ci: false }, streams);
  const { document, notice } = await readReport(file, streams);
  if (notice !== undefined && flags.quiet !== true) streams.stderr.write(`kroot: ${cleanText(notice)}\n`);
  const known = builtinAnalyzers.map(({ meta }) => meta);
  await write(fromDocument(document, known));
  return EXIT.ok;
}
