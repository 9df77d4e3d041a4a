/** Digests of the style and the script of the page: nothing else may run or be loaded, whatever a cluster has written into it. */
const STYLE = 'sha256-/1f/N8IMx/XIsn0y50X3IP5OnymGRTrjacLL5EUZjK4=';
const SCRIPT = 'sha256-vYnrKdo+oEBkdgVYFySo7fqOWUpWPtlG6NSSf8kLhkI=';

/** The Content-Security-Policy of the page. */
export const PAGE_POLICY: string = `default-src 'none'; style-src '${STYLE}'; script-src '${SCRIPT}'; base-uri 'none'; form-action 'none'`;
