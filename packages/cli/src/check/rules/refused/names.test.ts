import { describe, expect, it } from 'vitest';
import { labelFault, labelValueFault, portNameFault, portNumberFault, subdomainFault } from './names.ts';

/** A real API server agrees with each of these: see refused.test.ts of realtest. */
describe.each([
  {
    what: 'a label of DNS',
    fault: labelFault,
    right: ['a', '0', 'my-app', 'a'.repeat(63)],
    wrong: ['', 'my_app', 'my.app', 'App', '-a', 'a-', 'ä', 'a'.repeat(64)],
  },
  {
    what: 'a subdomain of DNS',
    fault: subdomainFault,
    right: ['a', 'a.b-c.0', 'a'.repeat(253)],
    wrong: ['', 'a..b', '.a', 'a.', 'a_b', 'A', 'a.-b', 'a'.repeat(254)],
  },
  {
    what: 'the name of a port',
    fault: portNameFault,
    right: ['http', 'a', '8080-tcp', 'exactly-15-long'],
    wrong: ['8080', 'longer-than-15-c', 'Http', 'my_port', 'a--b', '-a', 'a-', 'a.b'],
  },
  {
    what: 'the value of a label',
    fault: labelValueFault,
    right: ['', 'a', 'A_b.c-d', '1.0', 'x'.repeat(63)],
    wrong: ['-a', 'a-', 'a b', 'a/b', 'a:b', 'a@b', '(none)', 'x'.repeat(64)],
  },
])('$what', ({ fault, right, wrong }) => {
  it.each(right)('may be "%s"', (text) => {
    expect(fault(text)).toBeUndefined();
  });

  it.each(wrong)('cannot be "%s"', (text) => {
    expect(fault(text)).toMatch(/^it (?:is|may|needs|must)/);
  });

  it.each(['${NAME}', '$NAME', '$(NAME)', '{{ .Values.name }}', '<name>', '@NAME@'])(
    'is not judged before "%s" is filled in',
    (text) => {
      expect(fault(text)).toBeUndefined();
    },
  );
});

it.each([
  [1, true],
  [65_535, true],
  [0, false],
  [-1, false],
  [65_536, false],
])('port %i: %s', (port, isRight) => {
  expect(portNumberFault(port) === undefined).toBe(isRight);
});
