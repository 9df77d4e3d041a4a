const MAX_TEXT = 8192;

/** A server's own words that it takes no more connections (MySQL 1040 and 1203, PostgreSQL 53300, Redis, MongoDB, PgBouncer). */
const OVERLOAD: readonly RegExp[] = [
  /too many connections/i,
  /too many clients already/i,
  /remaining connection slots are reserved/i,
  /max number of clients reached/i,
  /has more than 'max_user_connections' active connections/i,
  /no more connections allowed/i,
  /connection(?:s)? limit (?:exceeded|reached)/i,
];

/** Whether a server says that it has no connection left to give. */
export function isOverload(text: string | undefined): boolean {
  const cut = (text ?? '').slice(0, MAX_TEXT);
  return OVERLOAD.some((pattern) => pattern.test(cut));
}
