import { choice, flag, lastOf, many, text, type OptionTable } from '../option-kinds.ts';
import { FORMAT_NAMES } from './formats.ts';

/** Values of the options that say how and where a report is printed. */
export interface OutputFlags {
  /** `FORMAT` or `FORMAT=FILE`. */
  readonly output?: readonly string[] | undefined;
  readonly sourceRoot?: string | undefined;
  readonly showFixes: boolean;
  readonly showCommands?: boolean | undefined;
  readonly details?: boolean | undefined;
  readonly color: 'always' | 'never' | 'auto';
  readonly ascii?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly ci: boolean;
}

const REPORT = 'Report:';
const TERMINAL = 'Terminal:';

/** The formats and files of a report. */
export const FORMAT_OPTION: OptionTable = {
  output: {
    ...many(
      `Format, or FORMAT=FILE to write a file; may be given several times. Formats: ${FORMAT_NAMES.join(', ')}; text if not given`,
    ),
    alias: 'o',
    group: REPORT,
    suggestions: FORMAT_NAMES,
  },
  'source-root': {
    ...text('Folder with the manifests: formats that show findings in files find them there'),
    group: REPORT,
  },
};

/** What text shows. */
export const CONTENT_OPTIONS: OptionTable = {
  details: { ...flag('All sections: traces, blast radius, analysis, fix order, fixes'), group: REPORT },
  'show-fixes': { ...flag('How to repair each root cause; --no-show-fixes hides it'), default: true, group: REPORT },
  'show-commands': { ...flag('The commands of the repairs, with real names'), group: REPORT },
};

/** How a terminal, a CI server or an agent is written to. */
export const TERMINAL_OPTIONS: OptionTable = {
  color: {
    ...choice('When to colour text; --no-color is short for never', ['always', 'never', 'auto'], 'auto'),
    coerce: (value: unknown) => colorOf(lastOf(value)),
    group: TERMINAL,
  },
  ascii: { ...flag('Draw with ASCII characters only'), group: TERMINAL },
  quiet: { ...flag('No notices on standard error'), alias: 'q', group: TERMINAL },
};

/** Adapting to who reads. */
export const CI_OPTION: OptionTable = {
  ci: {
    ...flag('Add what GitHub Actions shows, and write for agents, where one of them runs this; --no-ci does not'),
    default: true,
    group: TERMINAL,
  },
};

/** `--no-color` is what many tools have. */
function colorOf(value: unknown): unknown {
  return value === false ? 'never' : value;
}
