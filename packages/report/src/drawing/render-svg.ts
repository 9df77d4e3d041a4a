import { type Drawing, type DrawingNode } from './drawing.ts';
import { describeDrawing } from './describe.ts';
import { escapeMarkup } from './escape-markup.ts';
import { layOutDrawing, type Layout, type PlacedEdge, type PlacedNode } from './layout.ts';
import { LINE, STACK } from './node-box.ts';
import { type Point } from './point.ts';
import { SVG_STYLE } from './svg-style.ts';

/** Readable also where a viewer does not allow styles; rules of a style are stronger. */
const OUTLINE = 'fill="none" stroke="#888"';
/** Up to this width a drawing stays readable when a page shrinks it to its own. */
const SHRINKABLE = 1100;
/** Where an arrow begins to be drawn before the border that it points to. */
const ARROW = 7;

/** A drawing as an SVG file: its own colours, for light and dark, and no font, script or link that has to be fetched. */
export function drawingToSvg(drawing: Drawing): string {
  const xmlns = ' xmlns="http://www.w3.org/2000/svg"';
  return `${svg(drawing, { attributes: xmlns, id: 'g', style: `<style>${SVG_STYLE}</style>` })}\n`;
}

/** The same as a part of a page, which has `SVG_STYLE` in its own style; `id` must be unique in the page. */
export function inlineSvg(drawing: Drawing, id: string): string {
  return svg(drawing, { attributes: '', id, style: '' });
}

interface Frame {
  readonly attributes: string;
  readonly id: string;
  readonly style: string;
}

function svg(drawing: Drawing, { attributes, id, style }: Frame): string {
  const layout = layOutDrawing(drawing);
  const { height, width } = layout;
  const title = `<title id="${id}-t">${escapeMarkup(drawing.title)}</title>`;
  const about = `<desc id="${id}-d">${escapeMarkup(describeDrawing(drawing))}</desc>`;
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  return [
    `<svg${attributes} class="graph${width <= SHRINKABLE ? ' fit' : ''}" ${size} role="img" aria-labelledby="${id}-t" aria-describedby="${id}-d">`,
    title,
    about,
    style,
    edges(layout),
    ...drawing.nodes.map((node, at) => nodeMarkup(node, layout.nodes[at])),
    '</svg>',
  ].join('');
}

function edges({ direction, edges: all }: Layout): string {
  const path = (faint: boolean, name: string): string => {
    const chosen = all.filter(({ edge }) => edge.faint === faint);
    return chosen.length === 0
      ? ''
      : `<path class="${name}" ${OUTLINE} d="${chosen.map((each) => curve(each, direction)).join('')}"/>`;
  };
  const heads = all.map(({ points }) => head(points, direction)).join('');
  const labels = all.map(({ at, edge }) =>
    edge.label === '' ? '' : `<text class="gl" x="${at.x}" y="${at.y + 4}">${escapeMarkup(edge.label)}</text>`,
  );
  return `${path(false, 'ge')}${path(true, 'ge gf')}${heads === '' ? '' : `<path class="gh" d="${heads}"/>`}${labels.join('')}`;
}

/** A smooth line through the points that leaves and arrives at right angles to the borders. */
function curve({ points }: PlacedEdge, direction: Layout['direction']): string {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (first === undefined || last === undefined) return '';
  const way = arrival(points, direction);
  const end = direction === 'right' ? { x: last.x - way * ARROW, y: last.y } : { x: last.x, y: last.y - way * ARROW };
  let from = first;
  const parts = [`M${first.x} ${first.y}`];
  for (const to of [...rest, end]) {
    const half = direction === 'right' ? Math.round((from.x + to.x) / 2) : Math.round((from.y + to.y) / 2);
    parts.push(
      direction === 'right'
        ? `C${half} ${from.y} ${half} ${to.y} ${to.x} ${to.y}`
        : `C${from.x} ${half} ${to.x} ${half} ${to.x} ${to.y}`,
    );
    from = to;
  }
  return parts.join('');
}

function head(points: readonly Point[], direction: Layout['direction']): string {
  const last = points.at(-1);
  if (last === undefined || points.length < 2) return '';
  const back = -ARROW * arrival(points, direction);
  return direction === 'right' ? `M${last.x} ${last.y}l${back} -4v8z` : `M${last.x} ${last.y}l-4 ${back}h8z`;
}

/** 1 when an edge arrives along the direction of the drawing, -1 when it comes back. */
function arrival(points: readonly Point[], direction: Layout['direction']): 1 | -1 {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return 1;
  return (direction === 'right' ? last.x < first.x : last.y < first.y) ? -1 : 1;
}

function nodeMarkup({ folded, kind, name, state, tone }: DrawingNode, placed: PlacedNode | undefined): string {
  if (placed === undefined) return '';
  const { height, width, x, y } = placed;
  let top = 9;
  const line = (text: string, size: number, style: string): string => {
    top += size;
    return `<text class="${style}" x="12" y="${top - 4}">${escapeMarkup(text)}</text>`;
  };
  const behind = folded ? STACK : 0;
  const front = `width="${width - behind}" height="${height - behind}" rx="7" ${OUTLINE}/>`;
  const whole = [kind === '' ? name : `${kind}/${name}`, state].filter((text) => text !== '').join(': ');
  return [
    `<g class="gn g-${tone}" transform="translate(${x} ${y})"><title>${escapeMarkup(whole)}</title>`,
    folded ? `<rect x="${STACK}" y="${STACK}" ${front}` : '',
    `<rect ${front}`,
    ...(placed.kind === '' ? [] : [line(placed.kind, LINE.kind, 'gk')]),
    ...placed.name.map((text) => line(text, LINE.name, folded ? 'gg' : 'gm')),
    ...placed.state.map((text) => line(text, LINE.state, 'gt')),
    '</g>',
  ].join('');
}
