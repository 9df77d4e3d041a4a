import process from 'node:process';
import { summarize } from './summarize.ts';

for (const line of await summarize(process.argv.slice(2))) console.log(line);
