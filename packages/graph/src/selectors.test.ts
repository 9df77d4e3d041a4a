import { type LabelSelector, type LabelSelectorRequirement, type StringMap } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import {
  formatLabelSelector,
  formatLabels,
  formatRequirement,
  labelValue,
  matchesLabelSelector,
  matchesLabels,
  matchesRequirement,
} from './selectors.ts';

const labels: StringMap = { app: 'web', tier: 'front', empty: '' };

describe('labelValue', () => {
  it.each([
    ['app', 'web'],
    ['empty', ''],
    ['none', undefined],
    ['constructor', undefined],
    ['__proto__', undefined],
  ])('reads %s', (key, value) => {
    expect(labelValue(labels, key)).toBe(value);
    expect(labelValue(undefined, key)).toBeUndefined();
  });
});

describe('matchesLabels', () => {
  const cases: readonly (readonly [StringMap, StringMap | undefined, boolean])[] = [
    [{ app: 'web' }, labels, true],
    [{ app: 'web', tier: 'back' }, labels, false],
    [{ app: 'web', team: 'shop' }, labels, false],
    [{ empty: '' }, labels, true],
    [{ none: '' }, labels, false],
    [{}, undefined, true],
    [{ app: 'web' }, undefined, false],
  ];
  it.each(cases)('%j in %j: %s', (wanted, given, matches) => {
    expect(matchesLabels(wanted, given)).toBe(matches);
  });
});

describe('matchesRequirement', () => {
  const cases: readonly (readonly [string, LabelSelectorRequirement, boolean])[] = [
    ['app in (web,api)', { key: 'app', operator: 'In', values: ['web', 'api'] }, true],
    ['app in (api)', { key: 'app', operator: 'In', values: ['api'] }, false],
    ['none in (web)', { key: 'none', operator: 'In', values: ['web'] }, false],
    ['app in ()', { key: 'app', operator: 'In' }, false],
    ['app notin (api)', { key: 'app', operator: 'NotIn', values: ['api'] }, true],
    ['app notin (web)', { key: 'app', operator: 'NotIn', values: ['web'] }, false],
    ['none notin (web)', { key: 'none', operator: 'NotIn', values: ['web'] }, true],
    ['empty', { key: 'empty', operator: 'Exists' }, true],
    ['toString', { key: 'toString', operator: 'Exists' }, false],
    ['!toString', { key: 'toString', operator: 'DoesNotExist' }, true],
    ['!app', { key: 'app', operator: 'DoesNotExist' }, false],
    ['app>1', { key: 'app', operator: 'Gt', values: ['1'] }, false],
    ['app<1', { key: 'app', operator: 'Lt', values: ['1'] }, false],
    ['app Like (w)', { key: 'app', operator: 'Like', values: ['w'] }, false],
  ];
  it.each(cases)('%s', (text, requirement, matches) => {
    expect(matchesRequirement(requirement, labels)).toBe(matches);
    expect(formatRequirement(requirement)).toBe(text);
  });
});

describe('matchesLabelSelector', () => {
  const exists: LabelSelectorRequirement = { key: 'tier', operator: 'Exists' };
  const cases: readonly (readonly [string, LabelSelector | undefined, boolean])[] = [
    ['<none>', undefined, false],
    ['<everything>', {}, true],
    ['<everything>', { matchLabels: {}, matchExpressions: [] }, true],
    ['app=web,tier', { matchLabels: { app: 'web' }, matchExpressions: [exists] }, true],
    ['app=api,tier', { matchLabels: { app: 'api' }, matchExpressions: [exists] }, false],
    ['tier,!app', { matchExpressions: [exists, { key: 'app', operator: 'DoesNotExist' }] }, false],
  ];
  it.each(cases)('%s', (text, selector, matches) => {
    expect(matchesLabelSelector(selector, labels)).toBe(matches);
    expect(formatLabelSelector(selector)).toBe(text);
  });
});

describe('formatLabels', () => {
  it('sorts keys', () => {
    expect(formatLabels({ tier: 'front', app: 'web' })).toBe('app=web,tier=front');
  });
});
