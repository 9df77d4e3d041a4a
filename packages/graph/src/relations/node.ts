import { ref } from '@kroot/types';
import { forKind, forPodSpecs, type RelationMaker } from './relation-maker.ts';

const NODE_NAME = { path: 'spec.nodeName' };

/** Where pods run and with what class. */
export const nodeRelations: readonly RelationMaker[] = [
  forKind('Pod', ({ spec }, { self, link }) => {
    const { nodeName = '' } = spec;
    if (nodeName !== '') link(self, ref('Node', undefined, nodeName), 'node', NODE_NAME);
  }),
  ...forPodSpecs(({ spec, isPod, path }, { self, link }) => {
    const { priorityClassName = '', runtimeClassName = '' } = spec;
    if (priorityClassName !== '') {
      // Admission turns the class of a pod into a number: a pod that exists does without the class.
      const optional = isPod ? { optional: true } : {};
      const detail = { path: path('spec.priorityClassName'), ...optional };
      link(self, ref('PriorityClass', undefined, priorityClassName), 'priority-class', detail);
    }
    if (runtimeClassName !== '') {
      const detail = { path: path('spec.runtimeClassName') };
      link(self, ref('RuntimeClass', undefined, runtimeClassName), 'runtime-class', detail);
    }
  }),
];
