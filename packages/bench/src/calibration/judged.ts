import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinAnalyzers } from '@kroot/analyzers';
import { readSnapshot } from '@kroot/cluster';
import { diagnose } from '@kroot/engine';
import { formatRef, type Diagnosis } from '@kroot/types';
import { ruleFixtures } from '../rule-fixtures.ts';

/** A diagnosis that somebody knows the truth about. */
export interface Judged {
  readonly rule: string;
  readonly confidence: number;
  readonly right: boolean;
  /** Where it was told. */
  readonly place: string;
}

/** What the fixtures of rules say: a rule is right where it has to fire and wrong where it has to stay silent. */
export async function judgeRuleFixtures(): Promise<{ readonly judged: readonly Judged[]; readonly silent: number }> {
  const judged: Judged[] = [];
  let silent = 0;
  for (const { rule, name, path, fires } of ruleFixtures()) {
    const own = (await diagnosesIn(path)).filter((diagnosis) => diagnosis.rule === rule);
    if (!fires && own.length === 0) silent += 1;
    judged.push(...own.map(({ confidence }) => ({ rule, confidence, right: fires, place: name })));
  }
  return { judged, silent };
}

const incidents = join(import.meta.dirname, '../../../../fixtures/incidents');

/** What the incidents of this repository say: their reports have been read by people. */
export async function judgeIncidents(): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (const { name } of foldersIn(incidents)) {
    const known = JSON.parse(readFileSync(join(incidents, name, 'expected.json'), 'utf8')) as ReportFile;
    const truth = new Set(known.diagnoses.map(({ id }) => id));
    const input = readdirSync(join(incidents, name)).find((file) => /^(?:cluster|context)\.json$/.test(file)) ?? '';
    const told = await diagnosesIn(join(incidents, name, input));
    judged.push(
      ...told.map((one) => ({ rule: one.rule, confidence: one.confidence, right: truth.has(one.id), place: name })),
    );
  }
  return judged;
}

interface ReportFile {
  readonly diagnoses: readonly { readonly id: string }[];
}

/** The known truth about an incident: which objects and rules are its roots. */
interface Truth {
  readonly roots: readonly {
    readonly accept: readonly Wanted[];
    readonly failures?: readonly string[];
  }[];
  readonly must_not?: readonly string[];
}

interface Wanted {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/**
 * What a folder of incidents with `expected.json` says: critical and warning diagnoses are right on an accepted object under
 * one of its rules, else wrong. A remark (info) is judged only where the truth names it: no truth lists all hygiene.
 */
export async function judgeFolder(folder: string): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (const { name } of foldersIn(folder)) {
    const files = readdirSync(join(folder, name));
    const input = files.find((file) => /^objects\.json(?:\.gz)?$/.test(file));
    if (input === undefined || !files.includes('expected.json')) continue;
    const truth = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')) as Truth;
    for (const diagnosis of await diagnosesIn(join(folder, name, input))) {
      const right = isRight(diagnosis, truth);
      if (diagnosis.severity === 'info' && !right) continue;
      judged.push({ rule: diagnosis.rule, confidence: diagnosis.confidence, right, place: name });
    }
  }
  return judged;
}

function isRight({ rule, rootCause }: Diagnosis, { roots, must_not: banned = [] }: Truth): boolean {
  if (banned.includes(rule) || banned.includes(formatRef(rootCause))) return false;
  return roots.some(
    ({ accept, failures = [rule] }) =>
      failures.includes(rule) &&
      accept.some(({ kind, namespace, name }) => {
        const [bare = ''] = kind.split('.');
        return (
          fits(bare, rootCause.kind) && fits(namespace ?? '', rootCause.namespace ?? '') && fits(name, rootCause.name)
        );
      }),
  );
}

/** `*` stands for anything. */
function fits(wanted: string, text: string): boolean {
  const parts = wanted.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

function foldersIn(folder: string): readonly { readonly name: string }[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function diagnosesIn(path: string): Promise<readonly Diagnosis[]> {
  return diagnose(await readSnapshot(path), { analyzers: builtinAnalyzers }).diagnoses;
}
