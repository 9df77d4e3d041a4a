// Begins an analyzer: its file, fixtures, registry line and changeset. All of it runs as it is; what is left to do says TODO.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';

const NO_THEMES = new Set(['support', 'messages']);
const USAGE = `Usage: pnpm new-analyzer NAME --theme THEME [--symptom]

NAME is kebab-case and says what is wrong: runtime-class-missing. THEME is a folder of packages/analyzers/src.`;

/** The mark that the skeleton looks for; the author puts a signal of Kubernetes in its place. */
const MARK = 'todo.kroot.dev/broken';

/** A problem with what was asked for. */
class Refusal extends Error {}

interface Asked {
  /** Folder of the repository. */
  readonly root: string;
  readonly name: string;
  readonly theme: string;
  readonly role: 'fault' | 'symptom';
}

try {
  const asked = parse(process.argv.slice(2));
  const files = filesOf(asked);
  const taken = [...files.keys()].find((file) => file !== registryOf(asked.root) && existsSync(file));
  if (taken !== undefined) throw new Refusal(`${relative(asked.root, taken)} is there already`);
  for (const [file, text] of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stdout.write(`${relative(asked.root, file)}\n`);
  }
  process.stdout.write(
    `\nNow replace every TODO; pnpm test -u --project analyzers writes what it finds, to be read as a user would. docs/adding-an-analyzer.md says what makes a rule good.\n`,
  );
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`new-analyzer: ${error.message}\n`);
  process.exitCode = 2;
}

function parse(args: readonly string[]): Asked {
  const { name, root, theme, symptom } = argumentsOf(args);
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(name))
    throw new Refusal(
      `"${name}" is no name of a rule: write kebab-case of at least two words, such as runtime-class-missing`,
    );
  const themes = themesOf(root);
  if (theme === undefined || !themes.includes(theme))
    throw new Refusal(
      `${theme === undefined ? 'give a theme' : `there is no theme "${theme}"`}: --theme ${themes.join('|')}`,
    );
  return { root, name, theme, role: symptom ? 'symptom' : 'fault' };
}

interface Arguments {
  readonly name: string;
  readonly theme: string | undefined;
  readonly symptom: boolean;
  readonly root: string;
}

function argumentsOf(args: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { theme: { type: 'string' }, symptom: { type: 'boolean' }, root: { type: 'string' } },
    });
    const name = positionals.at(0);
    if (name === undefined || positionals.length > 1) throw new Error('give one name');
    const { theme, symptom = false, root = join(import.meta.dirname, '..') } = values;
    return { name, theme, symptom, root };
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function sourceOf(root: string): string {
  return join(root, 'packages/analyzers/src');
}

function registryOf(root: string): string {
  return join(sourceOf(root), 'registry.ts');
}

function themesOf(root: string): readonly string[] {
  const themes = readdirSync(sourceOf(root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NO_THEMES.has(entry.name))
    .map(({ name }) => name);
  themes.sort();
  return themes;
}

/** Every file to write, with its text. */
function filesOf(asked: Asked): ReadonlyMap<string, string> {
  const { root, name, theme } = asked;
  const fixtures = join(root, 'fixtures/rules', name);
  const registered = themesOf(root).find((folder) => existsSync(join(sourceOf(root), folder, `${name}.ts`)));
  if (registered !== undefined) throw new Refusal(`there is a rule ${name} already, in ${registered}`);
  return new Map([
    [join(sourceOf(root), theme, `${name}.ts`), analyzerText(asked)],
    [registryOf(root), withLine(readFileSync(registryOf(root), 'utf8'), asked)],
    [join(fixtures, 'fires.yaml'), fixtureText(name, true)],
    [join(fixtures, 'silent.yaml'), fixtureText(name, false)],
    [join(root, '.changeset', `${name}.md`), `---\n'@kroot/analyzers': minor\n---\n\nNew rule \`${name}\`: TODO.\n`],
  ]);
}

function camelCase(name: string): string {
  return name.replaceAll(/-(?<letter>[a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The registry with one line more, in order of file path. */
function withLine(registry: string, { name, theme }: Asked): string {
  const head = registry.slice(0, registry.indexOf('\n') + 1);
  const lines = registry.slice(head.length).trimEnd().split('\n');
  lines.push(`export { ${camelCase(name)} } from './${theme}/${name}.ts';`);
  lines.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
  return `${head}${lines.join('\n')}\n`;
}

function pathOf(line: string): string {
  return line.slice(line.indexOf("'./"));
}

function analyzerText({ name, role }: Asked): string {
  const id = camelCase(name);
  const causes = role === 'fault' ? `breaks: ['rollout'],` : `waitsFor: ['rollout'],`;
  const fixes =
    role === 'fault'
      ? `[
      {
        summary: \`TODO what to change in Deployment \${namespace}/\${name}\`,
        steps: ['TODO what to do, with real names.'],
        commands: [{ argv: ['kubectl', '-n', namespace, 'get', \`deployment/\${name}\`, '-o', 'yaml'] }],
        effect: 'none',
        where: 'git',
      },
    ]`
      : '[]';
  return `import { CONFIDENCE, ref, type Analyzer, type Deployment, type Finding } from '@kroot/types';

/** TODO: reports … in one sentence. */
export const ${id}: Analyzer = {
  meta: {
    id: '${name}',
    title: 'TODO what is wrong, in a few words',
    role: '${role}',
    severity: 'warning',
    reads: ['Deployment'],
    ${causes}
    docs: {
      means: 'TODO what it means for the reader.',
      decides: 'TODO by which signals it is decided, in order.',
      silent: 'TODO when it stays silent although things look alike.',
      references: ['https://kubernetes.io/docs/TODO'],
    },
  },
  *analyze({ snapshot }) {
    for (const deployment of snapshot.list('Deployment')) if (isBroken(deployment)) yield report(deployment);
  },
};

/** TODO: decide by conditions, reasons and messages of Kubernetes, never by a mark like this one. */
const MARK = '${MARK}';

function isBroken({ metadata }: Deployment): boolean {
  const { annotations } = metadata;
  return annotations !== undefined && Object.hasOwn(annotations, MARK) && annotations[MARK] === 'true';
}

function report({ metadata }: Deployment): Finding {
  const { namespace = 'default', name } = metadata;
  const subject = ref('Deployment', namespace, name);
  return {
    rule: ${id}.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.stated,
    message: \`Deployment \${namespace}/\${name} TODO\`,
    cause: \`Deployment \${name} TODO.\`,${role === 'symptom' ? `\n    state: 'TODO',` : ''}
    evidence: [{ source: 'spec', ref: subject, path: \`metadata.annotations["\${MARK}"]\`, quote: 'true' }],
    fixes: ${fixes},
  };
}
`;
}

function fixtureText(name: string, fires: boolean): string {
  const comment = fires
    ? `# TODO: a real cluster in which ${name} has something to say; whole objects, as the API server gives them.`
    : '# TODO: the near twin: the same cluster but for the one thing that matters.';
  return `${comment}
apiVersion: v1
kind: List
metadata:
  annotations:
    captured-at: '2026-03-10T10:00:00Z'
items:
  - apiVersion: v1
    kind: Namespace
    metadata:
      name: shop
      uid: 11111111-0000-4000-8000-000000000001
      creationTimestamp: '2026-02-08T10:00:00Z'
    status:
      phase: Active
  - apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
      uid: 11111111-0000-4000-8000-000000000002
      creationTimestamp: '2026-02-08T10:00:00Z'
      generation: 1
      annotations:
        ${MARK}: '${String(fires)}'
    spec:
      replicas: 0
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
            - name: web
              image: registry.example.com/shop/web:1.0.0
    status:
      observedGeneration: 1
`;
}
