import { readFileSync } from 'node:fs';
import { builtinAnalyzers } from '@kroot/analyzers';
import { readSnapshot } from '@kroot/cluster';
import { buildGraph } from '@kroot/graph';
import { diagnose } from '@kroot/engine';
const f=process.argv[2];
let t=performance.now();const lap=(n)=>{const x=performance.now();console.log(n,(x-t).toFixed(0));t=performance.now()};
JSON.parse(readFileSync(f,'utf8'));lap('parse');
const s=await readSnapshot(f);lap('read');
const graph=buildGraph(s);lap('graph');
const rows=[];
for(const a of builtinAnalyzers){const t0=performance.now();let n=0;for(const x of a.analyze({snapshot:s,graph,now:s.now.getTime()}))n++;rows.push([performance.now()-t0,a.meta.id,n])}
lap('analyzers');
rows.sort((a,b)=>b[0]-a[0]);for(const r of rows.slice(0,15))console.log('  ',r[0].toFixed(1),r[1],r[2]);
diagnose(s,{analyzers:builtinAnalyzers});lap('diagnose again');
