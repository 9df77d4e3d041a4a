import { formatRef, refKey } from '@kroot/types';
import { formatMoment } from '../moment.ts';
import { counted } from '../words.ts';
import { blindKinds } from './blind-spots.ts';
import { type View } from './options.ts';
import { item } from './block.ts';
import { span, type Line, type Span } from './span.ts';

/** The first lines: what the report comes to, where, as of when, and whether something could not be seen. */
export function verdict(view: View): readonly Line[] {
  const { report, width } = view;
  const { sign, text } = judged(view);
  const holes = blindKinds(report);
  const incomplete = holes === 0 ? [] : [span(` (incomplete: ${counted(holes, 'blind spot')})`, 'unsure')];
  return [
    ...item([sign, span(' ')], [span(text, 'strong'), ...incomplete], width),
    ...item('  ', [span(circumstances(view), 'quiet')], width),
  ];
}

/** The sentence that a report comes to, with its sign. */
export function judged(view: View): { readonly sign: Span; readonly text: string } {
  const { glyphs, report } = view;
  const problems = report.diagnoses.filter(({ severity }) => severity !== 'info').length;
  const where = place(view);
  if (problems > 0) return { sign: span(glyphs.bad, 'bad'), text: `${problemText(view, problems)} ${where}` };
  if (report.unexplained.length > 0) {
    const symptoms = counted(report.unexplained.length, 'symptom');
    return { sign: span(glyphs.bad, 'bad'), text: `${symptoms} without a known cause ${where}` };
  }
  return healthy(view, where);
}

function healthy({ glyphs, report }: View, where: string): { readonly sign: Span; readonly text: string } {
  const { target } = report.scope;
  if (report.health.some(({ state }) => state === 'failed')) {
    const name = target === undefined ? 'The target' : formatRef(target);
    return { sign: span(glyphs.bad, 'bad'), text: `${name} is not healthy, and no rule says why` };
  }
  if (target !== undefined && report.health.some(({ state }) => state === 'ok')) {
    return { sign: span(glyphs.good, 'good'), text: `${formatRef(target)} is healthy` };
  }
  if (report.deployment !== undefined)
    return { sign: span(glyphs.good, 'good'), text: `Applying this breaks nothing ${where}` };
  const remarks = report.diagnoses.length === 0 ? '' : `, ${counted(report.diagnoses.length, 'remark')} below`;
  return { sign: span(glyphs.good, 'good'), text: `No problems found ${where}${remarks}` };
}

function problemText({ isWritten, report }: View, problems: number): string {
  const pods = new Set(report.diagnoses.flatMap(({ impact }) => impact.pods.map(refKey))).size;
  if (report.deployment !== undefined)
    return `Applying this brings ${counted(problems, 'problem')}${pods === 0 ? '' : ` for ${counted(pods, 'pod')}`}`;
  if (pods === 0 || isWritten) return counted(problems, 'problem');
  const verb = problems === 1 ? 'explains' : 'explain';
  return `${counted(problems, 'root cause')} ${verb} ${counted(pods, 'unhealthy pod')}`;
}

function place({ glyphs, isWritten, report }: View): string {
  const { deployment, scope, source } = report;
  if (deployment !== undefined) return `in ${deployment.cluster}`;
  if (isWritten) return `in ${source.name}`;
  const name = source.name === '' ? 'the cluster' : source.name;
  if (scope.target !== undefined) return `in ${name}${glyphs.dot}${formatRef(scope.target)}`;
  if (scope.namespace !== undefined) return `in ${name}${glyphs.dot}namespace ${scope.namespace}`;
  return `in ${name} (all namespaces)`;
}

/** When and where that holds; empty where the input does not tell. */
export function circumstances({ glyphs, report }: View): string {
  const { source, tool } = report;
  const moment = formatMoment(report.now);
  // An input without any time in it speaks of no moment. A live run says it too: its capture has to print the same.
  const hasMoment = Date.parse(report.now) > 0;
  return [
    ...(hasMoment && moment !== undefined ? [`as of ${moment}`] : []),
    ...(source.serverVersion === undefined ? [] : [`Kubernetes ${source.serverVersion}`]),
    ...(source.layout === undefined ? [] : [source.layout]),
    ...(tool.plugins.length === 0 ? [] : [`plugins: ${tool.plugins.join(', ')}`]),
  ].join(glyphs.dot);
}
