// Run by Node's own test runner, as an author without vitest would.
import { describe, it } from 'node:test';
import { analyzerTester, pod, secret } from './index.ts';
import { sample } from './sample-analyzer.test.support.ts';

analyzerTester(sample, { describe, it }).run({
  valid: [{ name: 'the Secret is there', cluster: [pod('web').secretKey('db', 'p'), secret('db', ['p'])] }],
  invalid: [
    {
      name: 'the Secret is not there',
      cluster: [pod('web').secretKey('db', 'p'), secret('other', ['p'])],
      expect: [{ subject: 'Secret/shop/db', severity: 'critical', affects: ['Pod/shop/web'] }],
    },
  ],
});
