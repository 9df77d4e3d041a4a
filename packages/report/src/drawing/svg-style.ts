/** How drawings look: colours of `light` and, where the reader prefers it, of `dark`. Pages set the same variables. */
export const DRAWING_COLORS: { readonly light: string; readonly dark: string } = {
  light:
    '--ink:#1b1f24;--soft:#57606a;--line:#8c959f;--node:#ffffff;--edge:#c4cad1;' +
    '--bad:#b3261e;--bad-bg:#fdf1ef;--bad-line:#e2a49d;--ok:#1a6b38;--ok-bg:#eef8f0;--ok-line:#9ccfab;' +
    '--warn:#7d5100;--warn-bg:#fdf6e3;--warn-line:#d9b65c',
  dark:
    '--ink:#e6e8eb;--soft:#9da5af;--line:#767e88;--node:#1b1e23;--edge:#3d444d;' +
    '--bad:#ff9188;--bad-bg:#2d1918;--bad-line:#7f3631;--ok:#76d391;--ok-bg:#14251a;--ok-line:#2c6b40;' +
    '--warn:#efbd58;--warn-bg:#2a2113;--warn-line:#7a5c1c',
};

/** Rules for the classes that drawings use. */
export const DRAWING_RULES: string =
  '.graph{font:11.5px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}' +
  '.ge{fill:none;stroke:var(--line);stroke-width:1.3}.gf{stroke-dasharray:4 3;opacity:.8}.gh{fill:var(--line)}' +
  '.gl{fill:var(--soft);font-size:10.5px;text-anchor:middle;paint-order:stroke;stroke:var(--bg,var(--node));stroke-width:4px;stroke-linejoin:round}' +
  '.gn rect{fill:var(--node);stroke:var(--edge)}' +
  '.gk{fill:var(--soft);font-size:10.5px}.gm{fill:var(--ink);font:600 12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}' +
  '.gg{fill:var(--ink);font-size:12.5px;font-weight:600}.gt{fill:var(--soft)}' +
  '.g-cause rect{fill:var(--bad-bg);stroke:var(--bad);stroke-width:1.5}.g-cause .gt,.g-bad .gt{fill:var(--bad)}' +
  '.g-unsure rect{fill:var(--warn-bg);stroke:var(--warn-line);stroke-width:1.5}.g-unsure .gt{fill:var(--warn)}' +
  '.g-good .gt{fill:var(--ok)}.g-bad rect{stroke:var(--bad-line)}';

/** The style of a drawing that is a file of its own. */
export const SVG_STYLE: string =
  `:root{${DRAWING_COLORS.light};color-scheme:light dark}` +
  `@media(prefers-color-scheme:dark){:root{${DRAWING_COLORS.dark}}svg{background:#121418}}${DRAWING_RULES}`;
