import { CONNECTION_OPTIONS, type ConnectionArguments } from '../connection-options.ts';
import { flag, text, type OptionTable } from '../option-kinds.ts';
import { PLUGIN_OPTION } from '../options.ts';
import {
  CI_OPTION,
  CONTENT_OPTIONS,
  FORMAT_OPTION,
  TERMINAL_OPTIONS,
  type OutputFlags,
} from '../output/output-options.ts';

/** Values of the options of `kroot rollout`. */
export interface RolloutFlags extends OutputFlags, ConnectionArguments {
  readonly namespace?: string | undefined;
  readonly stallAfter: string;
  readonly interval: string;
  readonly logs?: boolean | undefined;
  readonly plugin?: readonly string[] | undefined;
}

const { timeout: _timeout, ...CONNECTION_WITHOUT_TIMEOUT } = CONNECTION_OPTIONS;
const ROLLOUT = 'Rollout:';

/** The options of `kroot rollout`. */
export const ROLLOUT_OPTIONS: OptionTable = {
  namespace: { ...text('Namespace of the workload; that of the context if not given'), alias: 'n', group: ROLLOUT },
  timeout: { ...text('How long to wait: 10m, 90s; 0 for ever'), default: '10m', group: ROLLOUT },
  'stall-after': {
    ...text('Without progress for this long, it looks for a cause; one that still stands as long after ends the wait'),
    default: '30s',
    group: ROLLOUT,
  },
  interval: { ...text('How often to ask for the status'), default: '2s', group: ROLLOUT },
  logs: { ...flag('Look at logs too when it stalls (needs get on pods/log)'), group: ROLLOUT },
  plugin: { ...PLUGIN_OPTION, group: 'Rules:' },
  ...FORMAT_OPTION,
  ...CONTENT_OPTIONS,
  ...TERMINAL_OPTIONS,
  ...CI_OPTION,
  ...CONNECTION_WITHOUT_TIMEOUT,
};
