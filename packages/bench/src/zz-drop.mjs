import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { builtinAnalyzers } from '@kroot/analyzers';
import { snapshotFromObjects } from '@kroot/cluster';
import { diagnose } from '@kroot/engine';
import { formatRef } from '@kroot/types';
const root='/work/shared/incidents';const only=new RegExp(process.argv[2]||'^(?!cob-)');
let runs=0,bad=new Map();
for(const d of readdirSync(root)){ if(!only.test(d)||d==='README.md')continue;
 for(const file of ['objects','twin']){
 const p=`${root}/${d}/${file}.json`;const text=existsSync(p)?readFileSync(p,'utf8'):existsSync(p+'.gz')?gunzipSync(readFileSync(p+'.gz')).toString():undefined;if(!text)continue;
 const o=JSON.parse(text);const now=new Date(o.metadata.annotations['captured-at']);
 const run=(items)=>{const s=snapshotFromObjects(items,{now});const r=diagnose(s,{analyzers:builtinAnalyzers});return r};
 const key=x=>x.rule+' '+formatRef(x.rootCause??x.resource);
 const base=run(o.items);const have=new Set([...base.diagnoses].map(key));
 const kinds=[...new Set(o.items.map(i=>i.kind))];
 for(const k of kinds){ if(k==='Event')continue; runs++; const r=run(o.items.filter(i=>i.kind!==k)); if(r.failures.length)console.log('FAIL',d,k,r.failures);
  for(const x of r.diagnoses)if(!have.has(key(x))&&x.severity!=='info'){const m=`without ${k}: ${x.severity} ${x.rule}`;bad.set(m,[...(bad.get(m)||[]),`${d}/${file} ${formatRef(x.rootCause)}`])}}
 }}
console.log('runs',runs);for(const [m,l] of [...bad].sort((a,b)=>b[1].length-a[1].length))console.log(l.length,m,'e.g.',l.slice(0,3).join(' ; '));
