/** Stable codes of the errors that reading an input can raise. */
export type InputErrorCode =
  | 'KROOT_INPUT_NOT_FOUND'
  | 'KROOT_INPUT_UNREADABLE'
  | 'KROOT_INPUT_EMPTY'
  | 'KROOT_INPUT_TOO_LARGE'
  | 'KROOT_INPUT_TOO_DEEP'
  | 'KROOT_INPUT_SYNTAX'
  | 'KROOT_INPUT_BINARY'
  | 'KROOT_INPUT_ARCHIVE'
  | 'KROOT_INPUT_NOT_KUBERNETES'
  | 'KROOT_INPUT_MIXED';

/** What an `InputError` is made of. */
export interface InputProblem {
  readonly code: InputErrorCode;
  /** The file as the user named it, or `standard input`. */
  readonly file: string;
  /** Where in the file: `12:5` (line and column) or `document 3`; absent when it is about the whole file. */
  readonly place?: string | undefined;
  /** What is wrong. Never quotes the input. */
  readonly problem: string;
  /** What to do next. */
  readonly next: string;
  readonly cause?: unknown;
}

/** An input that cannot be read: one clear line that names file, place and the next step, without any of the input's content. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly code: InputErrorCode;
  readonly file: string;
  readonly place: string | undefined;
  readonly problem: string;

  constructor(problem: InputProblem) {
    const where = problem.place === undefined ? problem.file : `${problem.file}:${problem.place}`;
    super(`${where}: ${problem.problem}; ${problem.next}`, { cause: problem.cause });
    this.code = problem.code;
    this.file = problem.file;
    this.place = problem.place;
    this.problem = problem.problem;
  }
}
