import { admissionRelations } from './admission.ts';
import { configurationRelations } from './configuration.ts';
import { dependencyRelations } from './dependencies.ts';
import { gatewayRelations } from './gateway.ts';
import { nodeRelations } from './node.ts';
import { policyRelations } from './policy.ts';
import { rbacRelations } from './rbac.ts';
import { type RelationMaker } from './relation-maker.ts';
import { routingRelations } from './routing.ts';
import { servedByRelations } from './served-by.ts';
import { serviceRelations } from './services.ts';
import { storageRelations } from './storage.ts';
import { workloadRelations } from './workloads.ts';

/** Everything that makes edges, by theme. */
export const RELATION_MAKERS: readonly RelationMaker[] = [
  ...workloadRelations,
  ...configurationRelations,
  ...storageRelations,
  ...serviceRelations,
  ...dependencyRelations,
  ...routingRelations,
  ...gatewayRelations,
  ...policyRelations,
  ...admissionRelations,
  ...servedByRelations,
  ...nodeRelations,
  ...rbacRelations,
];
