export { cleanJson, cleanText } from './clean-text.ts';
export { toDocument } from './document/to-document.ts';
export { formatCommand, type CommandOptions } from './format-command.ts';
export { formatAge } from './moment.ts';
export { renderJson } from './render-json.ts';
export { renderSarif } from './render-sarif.ts';
export { renderText } from './render-text.ts';
export { shellQuote } from './shell-quote.ts';
export { type TextOptions } from './text/options.ts';
