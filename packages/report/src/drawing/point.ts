/** A point of a drawing, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}
