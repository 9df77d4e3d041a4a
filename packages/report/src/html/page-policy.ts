/** Digests of the style and the script of the page: nothing else may run or be loaded, whatever a cluster has written into it. */
const STYLE = 'sha256-Pd2LB0b5pJ8LcbhHoSgzv0rM0tWPv0a5uIpjuUi3yKg=';
const SCRIPT = 'sha256-vYnrKdo+oEBkdgVYFySo7fqOWUpWPtlG6NSSf8kLhkI=';

/** The Content-Security-Policy of the page. */
export const PAGE_POLICY: string = `default-src 'none'; style-src '${STYLE}'; script-src '${SCRIPT}'; base-uri 'none'; form-action 'none'`;
