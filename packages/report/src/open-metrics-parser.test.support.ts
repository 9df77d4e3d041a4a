/** One sample of an exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /^[a-zA-Z_:][\w:]*/;
const LABEL = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"/;
const UNESCAPED: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/**
 * Reads the OpenMetrics text format as strictly as its specification is: metadata before samples, families not interleaved, no
 * series twice, `# EOF` at the end and nothing after it. Gauges only. https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function parseOpenMetrics(text: string): readonly Sample[] {
  if (!text.endsWith('# EOF\n')) throw new Error('no # EOF at the end');
  const lines = text.slice(0, -'# EOF\n'.length).split('\n');
  if (lines.pop() !== '') throw new Error('# EOF is not on a line of its own');
  const samples: Sample[] = [];
  const families = new Set<string>();
  const series = new Set<string>();
  let family = '';
  for (const line of lines) {
    const meta = /^# (TYPE|HELP) (\S+) (.+)$/.exec(line);
    if (meta !== null) {
      const [, what, name = '', words] = meta;
      if (what === 'TYPE' && (families.has(name) || words !== 'gauge'))
        throw new Error(`TYPE of ${name} again or unknown`);
      if (what === 'HELP' && name !== family) throw new Error(`HELP of ${name} outside of its family`);
      families.add(name);
      family = name;
      continue;
    }
    const sample = parseSample(line);
    if (sample.name !== family) throw new Error(`a sample of ${sample.name} among those of ${family}`);
    const key = JSON.stringify([sample.name, sample.labels]);
    if (series.has(key)) throw new Error(`a series twice: ${key}`);
    series.add(key);
    samples.push(sample);
  }
  return samples;
}

function parseSample(line: string): Sample {
  const name = NAME.exec(line)?.[0] ?? '';
  if (name === '') throw new Error(`no sample: ${line}`);
  let rest = line.slice(name.length);
  const labels: Record<string, string> = {};
  if (rest.startsWith('{')) {
    rest = rest.slice(1);
    while (!rest.startsWith('}')) {
      const [all, label = '', value = ''] = LABEL.exec(rest) ?? [];
      if (all === undefined || Object.hasOwn(labels, label)) throw new Error(`no labels: ${line}`);
      labels[label] = value.replaceAll(/\\(.)/g, (_, character: string) => UNESCAPED[character] ?? '');
      rest = rest.slice(all.length).replace(/^,(?!\})/, '');
    }
    rest = rest.slice(1);
  }
  if (!/^ -?\d+(?:\.\d+)?$/.test(rest)) throw new Error(`no value: ${line}`);
  return { name, labels, value: Number(rest) };
}
