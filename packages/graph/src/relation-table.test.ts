import { MECHANISMS, type Mechanism, type Relation } from '@kroot/types';
import { describe, expect, it } from 'vitest';
import { BUILTIN_RELATIONS, RELATIONS, carriesBackward, carriesForward, relationInfo } from './relation-table.ts';

function travels(mechanism: Mechanism): boolean {
  return BUILTIN_RELATIONS.some((name) => carriesForward(name, mechanism) || carriesBackward(name, mechanism));
}

describe('relations', () => {
  const cases: readonly (readonly [Relation, Mechanism, boolean, boolean])[] = [
    ['secret', 'container-config', true, false],
    ['secret', 'scheduling', false, false],
    ['owns', 'availability', true, false],
    ['owns', 'image', false, true],
    ['guards', 'deletion', false, true],
    ['node', 'deletion', false, true],
    ['role', 'admission', false, false],
    ['custom:queue', 'network', true, false],
  ];
  it.each(cases)('%s carries %s forward: %s, backward: %s', (relation, mechanism, forward, backward) => {
    expect([carriesForward(relation, mechanism), carriesBackward(relation, mechanism)]).toEqual([forward, backward]);
  });

  it('have words of their own, and plugins’ relations plain ones', () => {
    expect(BUILTIN_RELATIONS).toEqual(Object.keys(RELATIONS));
    expect(relationInfo('selects').verb).toBe('selects');
    expect(relationInfo('custom:constructor')).toEqual({ verb: 'depends on', forward: [], backward: [] });
  });

  it('let every mechanism of another object travel somewhere', () => {
    expect(MECHANISMS.filter((mechanism) => !travels(mechanism))).toEqual([]);
  });
});
