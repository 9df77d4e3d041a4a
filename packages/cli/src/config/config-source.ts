import { type Plugin } from '@kroot/types';

/** A configuration as it was read, before anything in it is known to be right. */
export interface ConfigSource {
  /** What to call it. */
  readonly name: string;
  /** What paths in it start from. */
  readonly folder: string;
  readonly value: unknown;
  /** Plugins that stand in it as objects; an executable configuration only. */
  readonly plugins: readonly Plugin[];
  /** Where a setting stands, such as `kroot.config.yaml:12:5`; just the name where nobody knows. */
  readonly where: (path: readonly PropertyKey[]) => string;
}
