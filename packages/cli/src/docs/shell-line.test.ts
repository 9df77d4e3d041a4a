import { expect, it } from 'vitest';
import { callsOf } from './shell-line.test.support.ts';

it.each([
  ['kroot rules', ['rules']],
  ['kroot diagnose cluster -A   # everything', ['diagnose cluster -A']],
  ['npx --yes --package @kroot/cli@0.1.0 -- kroot diagnose cluster', ['diagnose cluster']],
  ['npx @kroot/cli diagnose cluster', ['diagnose cluster']],
  ['npx --yes @kroot/cli@0.1.0 diagnose cluster', ['diagnose cluster']],
  ['kubectl kroot doctor && kroot rbac', ['doctor', 'rbac']],
  ['kubectl get pods -A -o yaml | kroot diagnose cluster -f -', ['< diagnose cluster -f -']],
  ['kroot rbac -n shop | kubectl apply -f -', ['rbac -n shop']],
  ['kroot diagnose cluster -o json |\n  jq .', ['diagnose cluster -o json']],
  ['kroot diagnose \\\n  cluster', ['diagnose cluster']],
  ['kroot capture --print-script > capture.sh', ['capture --print-script > capture.sh']],
  ['source <(kroot completion bash)', ['completion bash']],
  ['FAIL_ON=warning kroot rules', ['rules']],
  ["kroot diagnose cluster -l 'app in (a, b)'", ['diagnose cluster -l app in (a, b)']],
  ['npm install --global @kroot/cli', []],
  ['# kroot rules', []],
  ['krooter rules', []],
])('%s', (line, calls) => {
  expect(
    callsOf(line).map(
      ({ args, isFed, into }) => `${isFed ? '< ' : ''}${args.join(' ')}${into === undefined ? '' : ` > ${into}`}`,
    ),
  ).toEqual(calls);
});
