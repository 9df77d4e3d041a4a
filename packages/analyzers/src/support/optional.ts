/** `{ [key]: value }`, or nothing when the value is undefined: for fields that may be absent but never undefined. */
export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V };
export function optional(key: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === undefined ? {} : { [key]: value };
}
