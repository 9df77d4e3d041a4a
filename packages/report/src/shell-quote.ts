/** Quotes an argument for a POSIX shell, only where it is needed. */
export function shellQuote(argument: string): string {
  // A colon in front is quoted because CI runners act on lines that begin with `::`; `=` in front means a path to zsh.
  if (/^[\w@%+./-][\w@%+=:,./-]*$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
