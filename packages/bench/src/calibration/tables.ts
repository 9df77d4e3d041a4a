import { CONFIDENCE } from '@kroot/types';
import { type Judged } from './judged.ts';

const WORDS: Readonly<Record<keyof typeof CONFIDENCE, string>> = {
  stated: 'stated by a component of Kubernetes',
  proved: 'proved by complete coverage',
  strong: 'strong inference, one alternative left',
  heuristic: 'heuristic',
  hint: 'hint',
};

/** One row for each class of evidence: how many diagnoses, how many right, and the share against what the class promises. */
export function classTable(judged: readonly Judged[]): string {
  const rows = Object.entries(CONFIDENCE).map(([name, confidence]) => {
    const own = judged.filter((one) => one.confidence === confidence);
    const words = name in WORDS ? WORDS[name as keyof typeof CONFIDENCE] : name;
    return [confidence.toFixed(2), words, ...counts(own)];
  });
  const other = judged.filter((one) => !Object.values<number>(CONFIDENCE).includes(one.confidence));
  const more = other.length === 0 ? [] : [['other', 'of no class', ...counts(other)]];
  return markdown(['class', 'evidence', 'diagnoses', 'right', 'share'], [...rows, ...more]);
}

/** The rules that are right less often than their class promises, and where they are wrong; empty where none is. */
export function overconfident(judged: readonly Judged[]): string {
  const rows = [...new Set(judged.map(({ rule, confidence }) => `${rule} ${confidence}`))].toSorted().flatMap((key) => {
    const [rule = '', text = ''] = key.split(' ');
    const own = judged.filter((one) => one.rule === rule && one.confidence === Number(text));
    const wrong = own.filter(({ right }) => !right);
    if (1 - wrong.length / own.length >= Number(text)) return [];
    const places = wrong.map(({ place }) => place);
    const shown = places.length > 3 ? [...places.slice(0, 3), `${places.length - 3} more`] : places;
    return [[`\`${rule}\``, Number(text).toFixed(2), ...counts(own), shown.join(', ')]];
  });
  return rows.length === 0 ? '' : markdown(['rule', 'class', 'diagnoses', 'right', 'share', 'wrong in'], rows);
}

/** The rules that speak without proof, a line for each class below `proved`. */
export function inferringRules(judged: readonly Judged[]): string {
  return Object.values(CONFIDENCE)
    .filter((confidence) => confidence < CONFIDENCE.proved)
    .flatMap((confidence) => {
      const rules = new Set(judged.filter((one) => one.confidence === confidence).map(({ rule }) => `\`${rule}\``));
      return rules.size === 0 ? [] : [`- **${confidence.toFixed(2)}**: ${[...rules].toSorted().join(', ')}`];
    })
    .join('\n');
}

function counts(judged: readonly Judged[]): readonly string[] {
  const right = judged.filter((one) => one.right).length;
  const share = judged.length === 0 ? '' : `${((100 * right) / judged.length).toFixed(1)}%`;
  return [String(judged.length), String(right), share];
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
