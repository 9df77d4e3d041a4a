/** How a node stands: the root cause, broken by it, well, not known, or without a state of its own. */
export type Tone = 'cause' | 'bad' | 'good' | 'unsure' | 'plain';

/** One object, or several that are alike. */
export interface DrawingNode {
  /** Kind as reports print it; empty for a group. */
  readonly kind: string;
  readonly name: string;
  /** How it stands, in a few words; may be empty. */
  readonly state: string;
  readonly tone: Tone;
  /** Stands for several objects. */
  readonly folded: boolean;
}

/** An arrow between two nodes, given by their positions. */
export interface DrawingEdge {
  readonly from: number;
  readonly to: number;
  /** What ties them, in a few words; may be empty. */
  readonly label: string;
  /** Nothing fails when the end of it does. */
  readonly faint: boolean;
}

/** A graph made ready for drawing: folded, named and small enough to be read. */
export interface Drawing {
  readonly title: string;
  readonly nodes: readonly DrawingNode[];
  readonly edges: readonly DrawingEdge[];
  /** How many objects were left out because there was no room. */
  readonly omitted: number;
}
