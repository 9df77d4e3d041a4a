/** The nodes of several failures, once each and in order of name. */
export function nodeNames(failing: readonly { readonly node: string }[]): readonly string[] {
  return [...new Set(failing.map(({ node }) => node))].toSorted();
}
