/** No message of a healthy machine is longer; a hostile one may be. */
const MAX_TEXT = 8192;
const COMBINED = '(combined from similar events): ';

/**
 * The part of a machine's text that the grammars read: at most 8 KiB, without the prefix that the event recorder puts
 * before aggregated events.
 */
export function clip(text: string | undefined): string {
  const cut = (text ?? '').slice(0, MAX_TEXT);
  return cut.startsWith(COMBINED) ? cut.slice(COMBINED.length) : cut;
}
