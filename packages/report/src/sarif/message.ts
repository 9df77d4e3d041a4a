import type { Message } from 'sarif';
import { cleanText } from '../clean-text.ts';

/** Text for SARIF viewers: clean, and nothing in it reads as an embedded link (SARIF 2.1.0 section 3.11.6). */
export function sarifMessage(text: string): Message & { text: string } {
  return { text: cleanText(text).replaceAll(/[\\[\]]/g, String.raw`\$&`) };
}
