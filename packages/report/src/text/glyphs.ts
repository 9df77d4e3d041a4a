/** The signs that a terminal can or cannot draw. */
export interface Glyphs {
  readonly bad: string;
  readonly good: string;
  readonly unsure: string;
  readonly none: string;
  readonly dot: string;
  readonly times: string;
  readonly ellipsis: string;
  readonly branch: string;
  readonly lastBranch: string;
  readonly rail: string;
  readonly gap: string;
  readonly stem: string;
}

/** Both sets. */
export const GLYPHS: { readonly unicode: Glyphs; readonly ascii: Glyphs } = {
  unicode: {
    bad: '✖',
    good: '✔',
    unsure: '?',
    none: '–',
    dot: ' · ',
    times: '×',
    ellipsis: '…',
    branch: '├─ ',
    lastBranch: '└─ ',
    rail: '│  ',
    gap: '   ',
    stem: '│',
  },
  ascii: {
    bad: 'x',
    good: 'v',
    unsure: '?',
    none: '-',
    dot: ', ',
    times: 'x',
    ellipsis: '...',
    branch: '|-- ',
    lastBranch: '`-- ',
    rail: '|   ',
    gap: '    ',
    stem: '|',
  },
};
