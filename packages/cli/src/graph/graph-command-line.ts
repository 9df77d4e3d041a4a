import { type Argv } from 'yargs';
import { GRAPH_OPTIONS, TREE_OPTIONS } from '../command-table.ts';
import { optionsOf } from '../options-of.ts';
import { parseTarget, type Target } from '../target.ts';
import type { GraphFlags, TreeFlags } from './graph-flags.ts';

/** What the `graph` and `tree` commands do. */
export interface GraphRunners {
  readonly graph: (flags: GraphFlags, target?: Target) => Promise<void>;
  readonly tree: (flags: TreeFlags, target: Target) => Promise<void>;
}

const GRAPH = 'Draw the dependencies of an object, or of everything that is unhealthy';
const TREE = 'Show what an object needs and what needs it, with how everything stands';
const OBJECT = 'KIND/NAME such as deploy/web, svc/web, secret/db, node/worker-1, or a KIND';

interface Named {
  readonly target: string;
  readonly name?: string;
}

/** Adds both commands with their help. */
export function graphCommands(line: Argv, program: string, run: GraphRunners): Argv {
  return line
    .command(
      'graph [target] [name]',
      GRAPH,
      (command) =>
        optionsOf<GraphFlags & Partial<Named>>(
          command
            .usage(`${GRAPH}.\n\nUsage: ${program} graph [KIND/NAME] [OPTIONS]`)
            .positional('target', { type: 'string', describe: `${OBJECT}; what is unhealthy if not given` })
            .positional('name', { type: 'string', describe: 'The name after a KIND' }),
          GRAPH_OPTIONS,
        ),
      (flags) => run.graph(flags, flags.target === undefined ? undefined : parseTarget(flags.target, flags.name)),
    )
    .command(
      'tree <target> [name]',
      TREE,
      (command) =>
        optionsOf<TreeFlags & Named>(
          command
            .usage(`${TREE}.\n\nUsage: ${program} tree KIND/NAME [OPTIONS]`)
            .positional('target', { type: 'string', demandOption: true, describe: OBJECT })
            .positional('name', { type: 'string', describe: 'The name after a KIND' }),
          TREE_OPTIONS,
        ),
      (flags) => run.tree(flags, parseTarget(flags.target, flags.name)),
    );
}
