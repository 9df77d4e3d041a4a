/** Orders strings by UTF-16 code unit: the same order on every machine, whatever its locale. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
