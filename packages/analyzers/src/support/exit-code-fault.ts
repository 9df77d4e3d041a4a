import { CONFIDENCE, type Analyzer, type Evidence, type Fix } from '@kroot/types';
import { capital } from './app-exit.ts';
import { type ClaimRule } from './claims.ts';
import { containerFault, containerField, type FaultGroup } from './container-fault.ts';
import { lastLogs, rollBack } from './container-fixes.ts';
import { endWords, lastWords, restartWords } from './end-words.ts';

/** A rule for containers whose exit code says what happened. */
export interface ExitCode {
  readonly id: ClaimRule;
  readonly title: string;
  /** What the headline says the container does. */
  readonly does: string;
  /** What the code means, as a clause. */
  readonly meaning: (group: FaultGroup) => string;
  readonly means: string;
  readonly decides: string;
  readonly silent?: string;
  readonly references: readonly string[];
  readonly severity?: 'critical' | 'warning';
  readonly confidence?: number;
  readonly evidence?: (group: FaultGroup) => readonly Evidence[];
  readonly fixes: (group: FaultGroup) => readonly Fix[];
  readonly notes?: (group: FaultGroup) => readonly string[];
}

/** Makes the analyzer of one exit code. */
export function exitCodeFault(about: ExitCode): Analyzer {
  const { id, title, means, decides, silent, references, severity = 'critical' } = about;
  return containerFault(
    {
      id,
      title,
      severity,
      breaks: ['container-exit', 'container-start'],
      docs: {
        means,
        decides,
        silent:
          silent ??
          'For ends that a liveness or startup probe, the out-of-memory killer or a deletion explains, and for restarts that have healed.',
        references,
      },
    },
    (group) => ({
      message: `${capital(group.words)} ${about.does}`,
      cause: `Container "${group.container}" ${endWords(group.first.state)}${restartWords(group.first.state)}: ${about.meaning(group)}, and ${lastWords(group.first.state)}.`,
      confidence: about.confidence ?? CONFIDENCE.stated,
      evidence: about.evidence?.(group) ?? [],
      detail: { container: group.container },
      notes: about.notes?.(group) ?? [],
      fixes: [...outputOf(group), ...rollBack(group), ...about.fixes(group)],
    }),
  );
}

/** A program that the runtime could not start has written nothing. */
function outputOf(group: FaultGroup): readonly Fix[] {
  return group.first.startError === undefined ? [lastLogs(group)] : [];
}

/** What a container is told to run, for sentences. */
export function commandWords({ first }: FaultGroup): string {
  const { command = [], args = [], image } = first.state.container;
  const words = [...command, ...args].join(' ').slice(0, 120);
  return words === '' ? `the entrypoint of image ${image ?? 'without a name'}` : `"${words}"`;
}

/** What a container is told to run, as evidence. */
export function commandEvidence(group: FaultGroup): readonly Evidence[] {
  const { command, args, image } = group.first.state.container;
  if (command !== undefined) return [containerField(group, 'command', command)];
  return args === undefined ? [containerField(group, 'image', image ?? '')] : [containerField(group, 'args', args)];
}
