import { inject } from 'vitest';
import { apiClient, type ApiClient } from './api-client.ts';
import { type ControlPlane } from './control-plane.ts';

/** What a test of a real control plane works with. */
export interface Real {
  readonly plane: ControlPlane;
  /** As the administrator that the audit log leaves out. */
  readonly api: ApiClient;
}

const plane = inject('controlPlane');

/** Whether there is no control plane; the set-up has printed why. */
export const NO_CONTROL_PLANE: boolean = plane === undefined;

/** The control plane; only where there is one. */
export function real(): Real {
  if (plane === undefined) throw new Error('no control plane');
  return { plane, api: apiClient(plane.server, plane.ca, plane.harness) };
}
