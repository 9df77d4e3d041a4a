import { type Container, type Probe } from '@kroot/types';
import { type Stage } from './stage.ts';

const SECOND = 1000;

/** How long a pod may stand at a stage before that means anything, in milliseconds. */
export const STAGE_GRACE: Readonly<Partial<Record<Stage, number>>> = {
  gated: 1800 * SECOND,
  unscheduled: 60 * SECOND,
  volumes: 120 * SECOND,
  sandbox: 60 * SECOND,
  starting: 300 * SECOND,
  'init-running': 600 * SECOND,
};

/** Attaching a volume takes longer than mounting it, and while it changes hands it fails first. */
export const ATTACH_GRACE: number = 300 * SECOND;

/**
 * How long a container may run without being ready: the budget of its startup probe, then initial delay and failures
 * allowed of its readiness probe, with the API server's defaults.
 */
export function readinessBudget(container: Container | undefined): number {
  if (container === undefined) return 0;
  return probeBudget(container.startupProbe) + probeBudget(container.readinessProbe);
}

function probeBudget(probe: Probe | undefined): number {
  if (probe === undefined) return 0;
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probe;
  return (initialDelaySeconds + periodSeconds * failureThreshold) * SECOND;
}
