import { type World } from '@kroot/graph';

/** What is known of a cluster, and the namespace of what is named without one. */
export interface NamedWorld extends World {
  readonly namespace?: string | undefined;
}

/** A question that cannot be asked as it was put. The message is one line that says what to write instead. */
export class QuestionError extends Error {
  readonly code = 'KROOT_QUESTION';
}
