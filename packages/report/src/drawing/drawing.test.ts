import dotparser from 'dotparser';
import { JSDOM } from 'jsdom';
import { beforeAll, describe, expect, it } from 'vitest';
import { bareDiagnosis, emptyReport, group, node } from '../samples/base.test.data.ts';
import { manyPods } from '../samples/many-pods.test.data.ts';
import { mixed } from '../samples/mixed.test.data.ts';
import { onePod } from '../samples/one-pod.test.data.ts';
import { poisoned } from '../samples/poison.test.support.ts';
import { samples } from '../samples/all.test.data.ts';
import { cleanReport } from '../clean-report.ts';
import { causalDrawing } from './causal-drawing.ts';
import { type Drawing } from './drawing.ts';
import { layOutDrawing } from './layout.ts';
import { renderDot, renderMermaid } from './render-causes.ts';
import { drawingToDot } from './render-dot.ts';
import { drawingToMermaid } from './render-mermaid.ts';
import { drawingToSvg } from './render-svg.ts';

interface Flowchart {
  getVertices(): ReadonlyMap<string, { readonly text: string }>;
  getEdges(): readonly unknown[];
}

/** What the parser of Mermaid, which wants a browser around it, makes of a text. */
let readMermaid: (text: string) => Promise<Flowchart>;
beforeAll(async () => {
  const { window } = new JSDOM('');
  Object.assign(globalThis, { window, document: window.document });
  const { default: mermaid } = await import('mermaid');
  readMermaid = async (text) => {
    await mermaid.parse(text);
    return (await mermaid.mermaidAPI.getDiagramFromText(text)).db as unknown as Flowchart;
  };
});

const first = (report: typeof onePod): Drawing => causalDrawing(report.diagnoses.slice(0, 1), 'Why', 60);

const broken = samples.filter(([, { diagnoses }]) => diagnoses.length > 0);

describe.each(broken)('%s', (name, report) => {
  const drawing = causalDrawing(cleanReport(report).diagnoses, 'Why', 40);

  it('as Mermaid, which its parser reads', async () => {
    const text = renderMermaid(report);
    await expect(text).toMatchFileSnapshot(`__golden__/${name}.mmd`);
    const flowchart = await readMermaid(text);
    expect(flowchart.getVertices().size).toBe(drawing.nodes.length);
    expect(flowchart.getEdges()).toHaveLength(drawing.edges.length);
  });

  it('as DOT, which its parser reads', async () => {
    const text = renderDot(report);
    await expect(text).toMatchFileSnapshot(`__golden__/${name}.dot`);
    const statements = dotparser(text)[0]?.children ?? [];
    expect(statements.filter(({ type }) => type === 'node_stmt')).toHaveLength(drawing.nodes.length);
    expect(statements.filter(({ type }) => type === 'edge_stmt')).toHaveLength(drawing.edges.length);
  });

  it('as SVG', async () => {
    const svg = drawingToSvg(drawing);
    await expect(svg.replaceAll('><', '>\n<')).toMatchFileSnapshot(`__golden__/${name}.svg`);
    const { window } = new JSDOM(svg, { contentType: 'image/svg+xml' });
    expect(window.document.querySelectorAll('g')).toHaveLength(drawing.nodes.length);
    expect(drawingToSvg(drawing)).toBe(svg);
  });
});

describe.each(Array.from({ length: 40 }, (_, seed) => seed))('hostile names, seed %i', (seed) => {
  const report = poisoned([mixed, manyPods, onePod][seed % 3] ?? mixed, seed);
  const drawing = causalDrawing(cleanReport(report).diagnoses, 'Why', 40);

  it('stay names in Mermaid', async () => {
    const text = renderMermaid(report);
    const flowchart = await readMermaid(text);
    expect(flowchart.getVertices().size).toBe(drawing.nodes.length);
    expect(flowchart.getEdges()).toHaveLength(drawing.edges.length);
    expect(text).not.toMatch(/<(?!br>)|%%\{|^\s*(?:click|style|linkStyle)\b/m);
  });

  it('stay names in DOT', () => {
    const statements = dotparser(drawingToDot(drawing))[0]?.children ?? [];
    const labels = statements.flatMap((each) => (each.type === 'node_stmt' ? each.attr_list : []));
    expect(statements.filter(({ type }) => type === 'node_stmt')).toHaveLength(drawing.nodes.length);
    expect(labels.filter(({ id }) => id === 'label')).toHaveLength(drawing.nodes.length);
  });

  it('stay names in SVG', () => {
    const svg = drawingToSvg(drawing);
    const { window } = new JSDOM(svg, { contentType: 'image/svg+xml' });
    const { document } = window;
    expect(document.querySelectorAll('script, a, image, foreignObject, use')).toHaveLength(0);
    expect([...document.querySelectorAll('*')].flatMap((each) => each.getAttributeNames()).join(' ')).not.toMatch(
      /\bon|href|src\b/,
    );
    expect(document.querySelectorAll('g > title')).toHaveLength(drawing.nodes.length);
  });
});

describe('a drawing', () => {
  const wide = Array.from({ length: 90 }, (_, at) =>
    node('Deployment', 'prod', `d-${at}`, '0/1 ready', [node('Service', 'prod', `s-${at}`, '0 endpoints')]),
  );
  const large = { ...bareDiagnosis, why: node('Secret', 'prod', 'x', 'not found', wide) };

  it('folds what has no room, nearest first, and says how much that is', () => {
    const drawing = causalDrawing([large], 'Why', 60);
    expect(drawing.nodes.map(({ kind }) => kind).filter((kind) => kind === 'Deployment')).toHaveLength(8);
    expect(drawing.nodes.map(({ name }) => name)).toContain('82 more');
    const small = causalDrawing([large], 'Why', 5);
    expect({ nodes: small.nodes.length, omitted: small.omitted }).toEqual({ nodes: 5, omitted: 13 });
    expect(drawingToMermaid(small)).toContain('  more["13 more, not drawn"]:::plain\n');
    expect(drawingToDot(small)).toContain('  more [label="13 more, not drawn" ');
    expect(drawingToSvg(small)).toContain('13 objects not drawn.');
  });

  it('gives each of many diagnoses its share', () => {
    const many = Array.from({ length: 12 }, (_, at) => ({
      ...large,
      why: node('Secret', 'prod', `x-${at}`, 'not found', [node('Deployment', 'prod', `own-${at}`, '0/1 ready')]),
    }));
    const drawing = causalDrawing([large, ...many], 'Why', 40);
    expect(drawing.nodes.length).toBeLessThanOrEqual(40);
    expect(drawing.nodes.filter(({ tone }) => tone === 'cause').length).toBeGreaterThan(10);
  });

  it('shows what two causes take down once, and a victim that is a cause itself as a cause', () => {
    const shared = node('Deployment', 'prod', 'api', '0/1 ready');
    const drawing = causalDrawing(
      [
        { ...bareDiagnosis, why: node('Secret', 'prod', 'a', 'not found', [shared]) },
        { ...bareDiagnosis, why: node('Secret', 'prod', 'b', 'not found', [shared]) },
        { ...bareDiagnosis, why: shared },
      ],
      'Why',
      40,
    );
    expect(drawing.nodes.map(({ name, tone }) => `${name} ${tone}`)).toEqual(['a cause', 'api cause', 'b cause']);
    expect(drawing.edges.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [2, 1],
    ]);
  });

  it('leads no arrow back to a cause that is its own victim, and goes on from it', () => {
    const route = node('Service', 'prod', 'web', '0 endpoints');
    const again = node('Deployment', 'prod', 'web', '0/1 ready', [route]);
    const why = node('Deployment', 'prod', 'web', 'no such label', [node('Pod', 'prod', 'web-0', 'Pending', [again])]);
    const { edges, nodes } = causalDrawing([{ ...bareDiagnosis, why }], 'Why', 40);
    expect(nodes.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'web no such label',
      'web-0 Pending',
      'web 0 endpoints',
    ]);
    expect(edges.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [0, 2],
    ]);
  });

  it('draws cycles of dependencies', () => {
    const box = (name: string): Drawing['nodes'][number] => ({
      kind: 'Service',
      name,
      state: '',
      tone: 'plain',
      folded: false,
    });
    const arrow = (from: number, to: number): Drawing['edges'][number] => ({
      from,
      to,
      label: 'talks to',
      faint: true,
    });
    const drawing = {
      title: 'x',
      nodes: [box('a'), box('b')],
      edges: [arrow(0, 1), arrow(1, 0), arrow(1, 1)],
      omitted: 0,
    };
    expect(layOutDrawing(drawing).edges).toHaveLength(3);
    expect(drawingToSvg(drawing)).not.toMatch(/NaN|undefined/);
    expect(drawingToDot(drawing)).toContain('n1 -> n0 [label="talks to" style=dashed]');
  });

  it('stands upright only where it would not fit on a page otherwise', () => {
    expect(layOutDrawing(first(onePod)).direction).toBe('right');
    let chain = group('last', 'fails');
    for (let depth = 0; depth < 9; depth++)
      chain = node('Service', 'prod', `a-name-of-some-length-${depth}`, 'waits for what is below it', [chain]);
    const layout = layOutDrawing(causalDrawing([{ ...bareDiagnosis, why: chain }], 'Why', 40));
    expect({ direction: layout.direction, fits: layout.width < 900 }).toEqual({ direction: 'down', fits: true });
  });

  it('keeps boxes apart and texts inside', () => {
    const { nodes } = layOutDrawing(first(manyPods));
    for (const [at, a] of nodes.entries()) {
      for (const b of nodes.slice(at + 1)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart).toBe(true);
      }
    }
  });

  it('is empty where nothing is wrong', async () => {
    expect((await readMermaid(renderMermaid(emptyReport))).getVertices().size).toBe(0);
    expect(dotparser(renderDot(emptyReport))[0]?.children.filter(({ type }) => type === 'node_stmt')).toEqual([]);
  });
});
