/** Where the template of a kind of workload stands, as the beginning of a path. */
export function templatePath(kind: string): string {
  if (kind === 'CronJob') return 'spec.jobTemplate.spec.template.';
  return kind === 'Pod' ? '' : 'spec.template.';
}
