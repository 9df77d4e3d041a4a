import { groupBy } from '@kroot/graph';
import { CONFIDENCE, refKey, type AnalyzerContext, type Finding, type Fix, type ResourceRef } from '@kroot/types';
import { type ConfigEdit, configEdits } from './config-edits.ts';
import { computed, fromContainer, fromSpec } from './evidence.ts';
import { inWords } from './kubectl.ts';
import { refsOfPods } from './pods-on-node.ts';
import { listed } from './words.ts';

/** What a rule on edited configuration says itself. */
export interface ConfigEditRule {
  readonly rule: string;
  readonly applies: (edit: ConfigEdit) => boolean;
  /** The object that a user edits: the configuration, or the workload. */
  readonly subjectOf: (edit: ConfigEdit) => ResourceRef;
  readonly message: (edit: ConfigEdit, owners: string) => string;
  readonly wrong: (edit: ConfigEdit) => string;
  readonly fixes: (edit: ConfigEdit) => readonly Fix[];
}

/** One finding for each subject whose held-up pods an edit tells apart from the ready ones. */
export function* configEditFindings({ snapshot }: AnalyzerContext, rule: ConfigEditRule): Iterable<Finding> {
  const edits = configEdits(snapshot).filter((edit) => edit.witness !== undefined && rule.applies(edit));
  for (const group of groupBy(edits, (edit) => refKey(rule.subjectOf(edit))).values()) {
    const [first] = group;
    if (first !== undefined) yield finding(rule, first, group);
  }
}

function finding(rule: ConfigEditRule, first: ConfigEdit, group: readonly ConfigEdit[]): Finding {
  const { target, pod, state, witness, editedAt, editor, isOld, reference } = first;
  const owners = new Map(group.map(({ owner }) => [refKey(owner), owner]));
  const names = listed([...owners.values()].map((owner) => inWords(owner)));
  const side = isOld ? 'before' : 'after';
  return {
    rule: rule.rule,
    subject: rule.subjectOf(first),
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    since: editedAt,
    message: rule.message(first, names),
    cause: `${rule.wrong(first)}: the pods of ${names} that started ${side} the edit fail, and those that started ${isOld ? 'after' : 'before'} it work.`,
    evidence: [
      fromSpec(target, 'metadata.managedFields', `data edited by ${editor} at ${editedAt}`),
      fromContainer(pod.ref, state),
      ...(witness === undefined
        ? []
        : [computed(witness, `same template, started ${isOld ? 'after' : 'before'} the edit, and ready`)]),
      fromSpec(pod.ref, reference.path, target.name),
    ],
    affects: [
      ...refsOfPods(group.map((edit) => edit.pod)),
      ...[...owners.values()].filter(({ kind }) => kind !== 'Pod'),
    ],
    fixes: rule.fixes(first),
  };
}
