import { type Analyzer, type Finding } from '@kroot/types';
import { checkFiring, checkSilent, analyze, type CaseResult, type FiringCase, type SilentCase } from './check-case.ts';
import { metaFlaws } from './checks/meta-flaws.ts';
import { told } from './checks/expected.ts';
import { parseCluster, type ClusterInput } from './cluster.ts';
import { healthyCluster } from './healthy-cluster.ts';

/** What is needed of a test framework: vitest, jest, mocha and node:test have it. */
export interface TestFramework {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}

/** How to test. */
export interface TesterOptions extends Partial<TestFramework> {
  /** Looks at the findings of each case in its own way; throws when they are not right. */
  readonly onFindings?: (name: string, findings: readonly Finding[]) => void | Promise<void>;
  /** A cluster in which nothing is wrong, instead of the kit's own. */
  readonly healthy?: ClusterInput;
}

/** The cases of a rule: `valid` and `invalid` are other words for `silent` and `fires`. */
export interface AnalyzerCases {
  readonly silent?: readonly SilentCase[];
  readonly fires?: readonly FiringCase[];
  readonly valid?: readonly SilentCase[];
  readonly invalid?: readonly FiringCase[];
}

/** Tests one analyzer. */
export interface AnalyzerTester {
  run(cases: AnalyzerCases): void;
}

/**
 * Tests an analyzer by clusters in which it fires and near twins in which it stays silent. For nothing more, each firing case
 * also proves that findings are sound, commands run as they are, what is named exists or is known to be missing, the order of
 * objects does not matter, and what could not be read is never taken for missing; and once, that a healthy cluster is healthy.
 */
export function analyzerTester(analyzer: Analyzer, options: TesterOptions = {}): AnalyzerTester {
  const { describe, it } = framework(options);
  const { onFindings } = options;
  return {
    run({ silent = [], fires = [], valid = [], invalid = [] }) {
      const [quiet, loud] = [
        [...silent, ...valid],
        [...fires, ...invalid],
      ];
      describe(analyzer.meta.id, () => {
        it('says what it is, has cases of both kinds and finds nothing in a healthy cluster', async () => {
          const healthy = analyze(analyzer, await parsedHealthy(options.healthy));
          assertNone(analyzer, [
            ...metaFlaws(analyzer.meta),
            ...(quiet.length === 0 ? ['has no case in which it stays silent'] : []),
            ...(loud.length === 0 ? ['has no case in which it fires'] : []),
            ...healthy.map((finding) => `finds something in a healthy cluster: ${told(finding)}`),
          ]);
        });
        for (const each of quiet) it(each.name, () => verify(each.name, checkSilent(analyzer, each)));
        for (const each of loud) it(each.name, () => verify(each.name, checkFiring(analyzer, each)));
      });
    },
  };

  async function verify(name: string, result: Promise<CaseResult>): Promise<void> {
    const { findings, problems } = await result;
    assertNone(analyzer, problems);
    await onFindings?.(name, findings);
  }
}

let kept: ReturnType<typeof parseCluster> | undefined;

/** The kit's own is read once for all rules. */
function parsedHealthy(own: ClusterInput | undefined): ReturnType<typeof parseCluster> {
  if (own !== undefined) return parseCluster(own);
  kept ??= parseCluster(healthyCluster());
  return kept;
}

function assertNone({ meta }: Analyzer, problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(`${meta.id}:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
}

/** What the caller gave, else the globals that test frameworks set. */
function framework({ describe, it }: Partial<TestFramework>): TestFramework {
  const globals: Readonly<Record<string, unknown>> = globalThis;
  const found = { describe: describe ?? globals['describe'], it: it ?? globals['it'] };
  if (isFramework(found)) return found;
  throw new Error('no test framework: pass describe and it, as in analyzerTester(rule, { describe, it })');
}

function isFramework(value: { readonly describe: unknown; readonly it: unknown }): value is TestFramework {
  return typeof value.describe === 'function' && typeof value.it === 'function';
}
