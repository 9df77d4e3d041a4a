import { escapeMarkup } from '../drawing/escape-markup.ts';

/** HTML that is safe to put into a page as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can stand in markup: text, which is escaped, or markup, which is not. */
export type Content = Markup | string | number | undefined | readonly Content[];

/** Builds markup from a template: everything that is put into it is escaped unless it is markup itself. */
export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const pieces = parts.flatMap((part, at) => (at === 0 ? [part] : [html(contents[at - 1]), part]));
  return new Markup(pieces.join(''));
}

/** Content as HTML text. */
export function html(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'number') return String(content);
  return typeof content === 'string' ? escapeMarkup(content) : content.map((each) => html(each)).join('');
}

/** Markup where there is something to show, else nothing. */
export function when<T>(value: T | undefined | false, build: (value: T) => Content): Content {
  return value === undefined || value === false ? undefined : build(value);
}
