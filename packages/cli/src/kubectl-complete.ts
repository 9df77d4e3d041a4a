#!/usr/bin/env node
import process from 'node:process';

// kubectl asks for completions of `kubectl kroot …` by running kubectl_complete-kroot with the words after it.
// https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/plugin/plugin_completion.go
process.argv.splice(2, 0, '__complete');
await import('./bin.ts');
