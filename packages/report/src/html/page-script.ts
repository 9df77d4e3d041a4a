/**
 * What the page can do beyond being read: filter, copy, open what is linked to, print everything. It is all there without.
 * Its digest is in `page-policy.ts`; a test says what it has to be.
 */
export const PAGE_SCRIPT: string = `(()=>{
const d=document,all=(s,r)=>[...(r||d).querySelectorAll(s)],q=d.getElementById('q'),found=d.getElementById('found');
all('[data-js],[data-copy]').forEach(e=>{e.hidden=false});
const cards=all('[data-card]').map(card=>({card,text:card.textContent.toLowerCase(),entry:d.querySelector('.toc a[href="#'+CSS.escape(card.id)+'"]')?.parentElement}));
const boxes=all('input[name=severity]');
const filter=()=>{
const words=q.value.toLowerCase().split(/\\s+/).filter(Boolean),off=boxes.filter(b=>!b.checked).map(b=>b.value);
let shown=0;
for(const {card,text,entry} of cards){
const hide=off.includes(card.dataset.card)||!words.every(w=>text.includes(w));
card.hidden=hide;if(entry)entry.hidden=hide;if(!hide)shown++;}
found.textContent=shown===cards.length?'':shown+' of '+cards.length+' shown';};
if(q){q.addEventListener('input',filter);boxes.forEach(b=>b.addEventListener('change',filter));
q.form.addEventListener('submit',e=>e.preventDefault());}
const copy=async text=>{
try{await navigator.clipboard.writeText(text);return true}catch{}
const a=d.createElement('textarea');a.value=text;a.className='vh';d.body.append(a);a.select();
const done=d.execCommand('copy');a.remove();return done;};
d.addEventListener('click',async e=>{
const b=e.target.closest&&e.target.closest('[data-copy]');if(!b)return;
b.textContent=await copy(b.parentElement.querySelector('code').textContent)?'Copied':'Not copied';b.focus();
setTimeout(()=>{b.textContent='Copy'},2000);});
const open=()=>{
const t=location.hash.length>1&&d.getElementById(decodeURIComponent(location.hash.slice(1)));if(!t)return;
if(t.hidden&&q){q.value='';boxes.forEach(b=>{b.checked=true});filter();t.scrollIntoView();}
if(t.localName==='details')t.open=true;};
addEventListener('hashchange',open);open();
let closed=[];
addEventListener('beforeprint',()=>{closed=all('details:not([open])');closed.forEach(e=>{e.open=true})});
addEventListener('afterprint',()=>{closed.forEach(e=>{e.open=false})});
if('IntersectionObserver' in window){
const seen=new IntersectionObserver(list=>{for(const {target,isIntersecting} of list){
const c=cards.find(x=>x.card===target);if(c&&c.entry)c.entry.classList.toggle('here',isIntersecting);}},{rootMargin:'-20% 0px -70% 0px'});
cards.forEach(c=>seen.observe(c.card));}
})();`;
