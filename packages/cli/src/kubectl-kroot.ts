#!/usr/bin/env node
// kubectl finds plugins by the names of programs; usage texts follow the name of this file.
await import('./bin.ts');
