import { DRAWING_COLORS, DRAWING_RULES } from '../drawing/svg-style.ts';

const LIGHT =
  `${DRAWING_COLORS.light};--bg:#f7f7f5;--card:#ffffff;--rule:#e3e4e1;--well:#f3f4f2;--link:#1f4f9e;--info:#285a9c;--info-bg:#edf3fb;` +
  '--focus:#1f4f9e;--shadow:0 1px 2px #1b1f240f';
const DARK =
  `${DRAWING_COLORS.dark};--bg:#111317;--card:#181b20;--rule:#2b3037;--well:#121519;--link:#8cb8ff;--info:#8fbcff;--info-bg:#15233a;` +
  '--focus:#8cb8ff;--shadow:none';

const BASE = `
:root{color-scheme:light dark;${LIGHT}}
@media(prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:16px;-webkit-text-size-adjust:100%}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:anywhere}
h1,h2,h3,h4,h5,p,ul,ol,dl,dd{margin:0;padding:0}
a{color:var(--link);text-underline-offset:2px}
code,pre{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:4px}
[hidden]{display:none!important}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:12px;top:-60px;background:var(--card);padding:8px 14px;border-radius:6px;z-index:9}.skip:focus{top:12px}
.soft{color:var(--soft)}
summary{cursor:pointer;color:var(--soft);width:fit-content}summary:hover{color:var(--ink)}
`;

const FRAME = `
.page{max-width:1320px;margin:0 auto;padding:0 20px 64px;display:grid;grid-template-columns:minmax(0,1fr)}
.head{padding:28px 0 24px}
.brand{color:var(--soft);font-size:13px;display:flex;gap:10px;flex-wrap:wrap;align-items:baseline}
.brand b{color:var(--ink);font-size:15px;letter-spacing:.02em}
a.brand{display:none;text-decoration:none;margin-bottom:18px}
h1{font-size:clamp(22px,3.4vw,31px);line-height:1.22;letter-spacing:-.017em;font-weight:650;margin:14px 0 0;max-width:40ch;text-wrap:balance}
h1 .sign{font-size:.8em}h1.bad .sign{color:var(--bad)}h1.good .sign{color:var(--ok)}
.lead{margin-top:10px;font-size:16px;color:var(--soft)}
.stats{display:flex;flex-wrap:wrap;gap:14px 36px;margin-top:26px;padding-top:18px;border-top:1px solid var(--rule)}
.stats div{min-width:76px}
.stats dt{font-size:12.5px;color:var(--soft)}
.stats dd{font-size:22px;font-weight:600;letter-spacing:-.01em;font-variant-numeric:tabular-nums;line-height:1.3}
.stats .of{font-size:15px;font-weight:400;color:var(--soft)}
.stats .critical{color:var(--bad)}.stats .warning{color:var(--warn)}.stats .info{color:var(--info)}
.bar{display:block;width:100%;height:3px;margin-top:4px}.bar rect{fill:var(--rule)}.bar .on{fill:var(--ok)}
h2{font-size:13px;font-weight:600;color:var(--soft);margin:0 0 12px;letter-spacing:.01em}
.block{margin-top:36px}
.side{font-size:13.5px;line-height:1.4;padding-bottom:8px}
.side ol,.side ul{list-style:none}
.toc{border-top:1px solid var(--rule)}
.toc li{border-bottom:1px solid var(--rule)}
.toc a{display:flex;gap:10px;padding:9px 6px;color:var(--ink);text-decoration:none}
.toc a:hover{background:var(--well)}
.toc .here a{background:var(--well)}
.parts{display:flex;flex-wrap:wrap;gap:4px 16px;padding:12px 6px}
.parts a{color:var(--soft)}
.filter{margin:0 0 14px}
.filter>label{display:block;font-size:12.5px;color:var(--soft);margin-bottom:4px}
.filter input[type=search]{width:100%;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:7px;padding:7px 10px}
.filter input::placeholder{color:var(--soft);opacity:1}
.filter fieldset{border:0;margin:8px 0 0;padding:0;display:flex;gap:14px;flex-wrap:wrap}
.filter fieldset label{display:flex;gap:5px;align-items:center}
.filter input[type=checkbox]{accent-color:var(--focus);margin:0;width:15px;height:15px}
#found:empty{display:none}#found{margin-top:6px}
.foot{margin-top:44px;padding-top:16px;border-top:1px solid var(--rule);color:var(--soft);font-size:13px}
@media(min-width:1080px){
.page{grid-template-columns:272px minmax(0,1fr);column-gap:48px;padding:0 32px 64px}
.side{grid-column:1;grid-row:1/span 3;position:sticky;top:0;align-self:start;max-height:100vh;overflow-y:auto;padding:30px 4px 24px;scrollbar-width:thin}
a.brand{display:block}.head .brand b{display:none}
.head,.main{grid-column:2}
.parts{display:block}.parts li{padding:2px 0}
}
`;

const CARDS = `
.rank{font-variant-numeric:tabular-nums;font-weight:600;color:var(--soft);min-width:1.4em;flex:none}
.rank.critical{color:var(--bad)}.rank.warning{color:var(--warn)}.rank.info{color:var(--info)}
.card{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:22px 26px 18px;margin-bottom:20px;box-shadow:var(--shadow)}
.card:target{border-color:var(--focus)}
.card.critical{border-top:3px solid var(--bad)}.card.warning{border-top:3px solid var(--warn-line)}
.top{display:flex;flex-wrap:wrap;gap:4px 10px;align-items:center;font-size:13px}
.top .id{margin-left:auto}.top .id a{color:var(--soft);text-decoration-color:var(--edge)}
.card .top .rank{font-size:16px;color:var(--ink);min-width:0}
.sev{font-size:12px;font-weight:600;border-radius:5px;padding:1px 8px;background:var(--well);color:var(--soft)}
.sev.critical{background:var(--bad-bg);color:var(--bad)}.sev.warning{background:var(--warn-bg);color:var(--warn)}.sev.info{background:var(--info-bg);color:var(--info)}
h3{font-size:19px;line-height:1.35;letter-spacing:-.008em;font-weight:620;margin-top:8px;text-wrap:pretty}
.anchor{color:var(--soft);text-decoration:none;font-weight:400;opacity:0}h3:hover .anchor,.anchor:focus{opacity:1}
.effect{margin-top:4px;color:var(--soft)}
.card>section{display:grid;grid-template-columns:minmax(0,1fr);gap:4px 24px;margin-top:18px}
h4{font-size:12.5px;font-weight:600;color:var(--soft);line-height:1.9}
h5{font-size:12.5px;font-weight:600;color:var(--soft);margin:10px 0 2px}
@media(min-width:720px){.card>section{grid-template-columns:112px minmax(0,1fr)}.card>section>:has(.pic){grid-column:1/-1}}
.card p+p{margin-top:6px}
.card ul:not([class]),.block ul:not([class]){padding-left:18px}
.card ul:not([class])>li::marker{color:var(--line)}
.plain{list-style:none}
.card details{margin-top:8px;font-size:14px}
.tag{display:inline-block;font-size:12px;line-height:1.5;border-radius:5px;padding:0 7px;background:var(--well);color:var(--soft);border:1px solid var(--rule);text-decoration:none}
.tag.unsure{background:var(--warn-bg);color:var(--warn);border-color:var(--warn-line)}
.tag.destructive{background:var(--bad-bg);color:var(--bad);border-color:var(--bad-line)}
.scroll{overflow-x:auto;max-width:100%}
.pic{background:var(--bg);border:1px solid var(--rule);border-radius:9px;padding:16px}
.pic svg{display:block;max-width:none;margin:0 auto}@media(min-width:900px){.pic .fit{max-width:100%;height:auto}}
.tree{font-size:14px;margin-top:6px}
.card .tree ul{list-style:none;padding-left:0}.card .tree ul ul{padding-left:14px;border-left:1px solid var(--edge);margin-left:5px}
.tree b{font:600 12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}.tree .st{color:var(--bad);margin-left:.35em}
.ev{list-style:none}
.ev li{padding:3px 0;display:grid;grid-template-columns:minmax(0,1fr)}
.ev .w{color:var(--soft);font-size:13px;font-variant-numeric:tabular-nums}
.ev .q{white-space:pre-line}.ev .src{color:var(--soft);font:12.5px/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;display:block;white-space:normal}
@media(min-width:720px){.ev li{grid-template-columns:118px minmax(0,1fr);gap:0 12px}.ev .w{line-height:1.7}}
.fixes{list-style:none}
.fix{padding:10px 0 12px;border-top:1px solid var(--rule)}.fix:first-child{border-top:0;padding-top:0}.fix:last-child{padding-bottom:0}
.what{font-weight:600;color:var(--ok)}.fix.none .what{color:var(--info)}.fix.destructive .what{color:var(--bad)}
.steps{margin:6px 0 0;padding-left:22px}.steps li::marker{color:var(--soft);font-variant-numeric:tabular-nums}
.cmd{position:relative;margin-top:8px;background:var(--well);border:1px solid var(--rule);border-radius:8px;display:flex;align-items:flex-start}
.cmd pre{margin:0;padding:9px 12px;flex:1;min-width:0;white-space:pre-wrap;overflow-wrap:anywhere;color:var(--ink)}
.cmd button{flex:none;margin:5px;font:12px/1.4 system-ui,sans-serif;color:var(--soft);background:var(--card);border:1px solid var(--rule);border-radius:6px;padding:3px 9px;cursor:pointer}
.cmd button:hover{color:var(--ink);border-color:var(--line)}
.tried{margin-top:8px;padding:8px 12px;border-left:3px solid var(--line);background:var(--well);border-radius:0 6px 6px 0}
.tried.clears{border-color:var(--ok)}.tried.still-shows{border-color:var(--warn-line)}
.chips{list-style:none;display:flex;flex-wrap:wrap;gap:6px}
.chips li{background:var(--well);border:1px solid var(--rule);border-radius:6px;padding:0 9px;font-size:13.5px;font-variant-numeric:tabular-nums}
.names{margin-top:6px}
.more{border-top:1px solid var(--rule);padding-top:12px;margin-top:18px!important}
table{border-collapse:collapse;width:100%;font-size:14px;min-width:480px}
th{text-align:left;font-weight:600;font-size:12.5px;color:var(--soft)}
th,td{padding:7px 16px 7px 0;border-bottom:1px solid var(--rule);vertical-align:top;overflow-wrap:break-word}
tr:last-child td{border-bottom:0}#coverage th:first-child{width:15%}#coverage th:nth-child(2){width:42%}td p+p{margin-top:2px}
.block>p,.block>ul,.block>.scroll{max-width:80ch}.block>.scroll{max-width:100%}
.checks{list-style:none}.checks li{display:grid;grid-template-columns:20px minmax(64px,120px) minmax(0,1fr);gap:0 8px;padding:4px 0}
.checks .sign{color:var(--soft)}.checks .ok .sign{color:var(--ok)}.checks .failed .sign{color:var(--bad)}.checks .unknown .sign{color:var(--warn)}
.rule{border-top:1px solid var(--rule);padding:9px 0}.rule summary{width:auto;color:var(--ink)}.rule summary code{color:var(--soft);margin-right:8px}
.rule dl{padding:6px 0 8px;max-width:76ch}.rule dt{font-size:12.5px;font-weight:600;color:var(--soft);margin-top:8px}
`;

const PRINT = `
@media(max-width:719px){.card{padding:18px 16px 14px;border-radius:10px}.page{padding:0 16px 48px}.stats{gap:12px 26px}.pic{padding:10px}}
@media print{
:root{${LIGHT};--bg:#fff;--shadow:none}
body{font-size:10.5pt}.side,.cmd button,.filter,.skip,.anchor{display:none!important}
.page{display:block;max-width:none;padding:0}.card{break-inside:auto;box-shadow:none}
h3,h4,.top{break-after:avoid}.fix,.ev li,.cmd,.pic,tr{break-inside:avoid}
.scroll{overflow:visible}.pic svg{max-width:100%;height:auto}
details::details-content{content-visibility:visible;display:block;height:auto}
}
`;

/** How the page looks. Its digest is in `page-policy.ts`; a test says what it has to be. */
export const PAGE_STYLE: string = [BASE, FRAME, CARDS, DRAWING_RULES, PRINT].join('').replaceAll(/\n+/g, '\n').trim();
