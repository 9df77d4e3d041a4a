import { type Report } from '@kroot/types';
import { cleanReport } from '../clean-report.ts';
import { judged } from '../text/verdict.ts';
import { viewOf } from '../text/options.ts';
import { causalDrawing } from './causal-drawing.ts';
import { type Drawing } from './drawing.ts';
import { drawingToDot } from './render-dot.ts';
import { drawingToMermaid } from './render-mermaid.ts';

/** How the causal graph of a report is drawn. */
export interface CausesOptions {
  /** The most boxes; what has no room is counted. Default 40. */
  readonly maxNodes?: number;
}

const MAX_NODES = 40;

/** Prints what stops what as a Mermaid flowchart: root causes and what they take down, replicas folded. */
export function renderMermaid(report: Report, options: CausesOptions = {}): string {
  return drawingToMermaid(causesOf(report, options));
}

/** Prints the same for Graphviz. */
export function renderDot(report: Report, options: CausesOptions = {}): string {
  return drawingToDot(causesOf(report, options));
}

function causesOf(report: Report, { maxNodes = MAX_NODES }: CausesOptions): Drawing {
  const clean = cleanReport(report);
  const view = viewOf(clean, {
    width: 80,
    color: false,
    unicode: true,
    details: false,
    showFixes: false,
    showCommands: false,
  });
  return causalDrawing(clean.diagnoses, judged(view).text, Math.max(1, Math.floor(maxNodes)));
}
