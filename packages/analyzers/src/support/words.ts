/** `1 pod`, `3 pods`, `2 entries`. */
export function counted(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** `a`, `a and b`, `a, b and c`, `a, b, c and 4 more`. */
export function listed(items: readonly string[], max = 3): string {
  const shown = items.length <= max ? items : [...items.slice(0, max), `${items.length - max} more`];
  if (shown.length <= 1) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

/** A span of milliseconds in the unit that a person would use: `45 s`, `12 min`, `3 h`, `2 d`. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** A machine's sentence inside one of ours: one line, without a final stop, cut to a length. */
export function inline(text: string, max = 300): string {
  const line = text
    .slice(0, 8192)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/[.:;,]+$/, '');
  return line.length <= max ? line : `${line.slice(0, max - 1)}…`;
}

/** Who does what: `A pulls`, `A and B pull`. */
export function doing(names: readonly string[], one: string, many: string): string {
  return `${listed(names)} ${names.length === 1 ? one : many}`;
}
