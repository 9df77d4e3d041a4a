import { z } from 'zod';
import { SEVERITIES } from './finding.ts';
import { type ReportDocument } from './report-document.ts';

// An entry point of its own (`@kroot/types/report-schema`): zod takes longer to load than everything else in this package.

const strings = z.array(z.string());
const count = z.number().int().nonnegative();
const score = z.number().nonnegative();
const confidence = z.number().min(0).max(1);
const severity = z.enum(SEVERITIES);

const location = z
  .looseObject({
    file: z.string(),
    line: count,
    column: count,
    end_line: count.exactOptional(),
    end_column: count.exactOptional(),
    template: z.string().exactOptional(),
  })
  .meta({ id: 'Location' });

const evidence = z
  .looseObject({
    source: z.enum(['event', 'status', 'condition', 'spec', 'computed', 'log']),
    resource: z.string(),
    path: z.string().exactOptional(),
    quote: z.string(),
    count: count.exactOptional(),
    first_seen: z.string().exactOptional(),
    last_seen: z.string().exactOptional(),
    location: location.exactOptional(),
  })
  .meta({ id: 'Evidence' });

const command = z
  .looseObject({
    argv: z.array(z.union([z.string(), z.looseObject({ prefix: z.string(), secret: z.string() })])),
    input: z.string().exactOptional(),
  })
  .meta({ id: 'Command' });

const remediation = z
  .looseObject({
    summary: z.string(),
    steps: strings,
    commands: strings,
    effect: z.enum(['none', 'change', 'destructive']),
    where: z.enum(['cluster', 'git', 'node', 'registry', 'image']),
    runnable: z.array(command).exactOptional(),
  })
  .meta({ id: 'Remediation' });

const namedFault = { rule: z.string(), resource: z.string(), message: z.string() };

const verification = z
  .looseObject({
    fix: count,
    verdict: z.enum(['clears', 'still-shows', 'not-simulated']),
    reason: z.string().exactOptional(),
    victims: count,
    recovers: strings,
    blockers: z.array(z.looseObject({ ...namedFault, count })),
    brings: z.array(z.looseObject(namedFault)),
  })
  .meta({ id: 'FixVerification' });

const placementReason = z.looseObject({ predicate: z.string(), text: z.string() });

const placement = z
  .looseObject({
    pod: z.string(),
    complete: z.boolean(),
    everywhere: z.array(placementReason),
    classes: z.array(
      z.looseObject({
        nodes: strings,
        count,
        reasons: z.array(placementReason),
        would_fit_with: strings,
        would_fit_on: z.string().exactOptional(),
        would_fit_verified: z.boolean().exactOptional(),
      }),
    ),
    smallest_change: z.looseObject({ node: z.string(), steps: strings, verified: z.boolean() }).exactOptional(),
    holders: z.array(
      z.looseObject({
        owner: z.string(),
        resource: z.string(),
        amount: z.string(),
        pods: count,
        priority: z.number().int(),
        preemptible: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Placement' });

const whyRow = z
  .looseObject({ level: count, resource: z.string().exactOptional(), group: z.string(), state: z.string() })
  .meta({ id: 'WhyRow' });

const suppressedBy = z
  .looseObject({
    carrier: z.enum(['annotation', 'config', 'baseline']),
    reason: z.string(),
    until: z.string().exactOptional(),
    owner: z.string().exactOptional(),
    resource: z.string().exactOptional(),
  })
  .meta({ id: 'SuppressedBy' });

const suppressible = {
  suppressed_by: suppressedBy.exactOptional(),
  suppression_expired: suppressedBy.exactOptional(),
};

const diagnosis = z
  .looseObject({
    id: z.string(),
    rank: count,
    rule: z.string(),
    severity,
    confidence,
    resource: z.string(),
    root_cause_resource: z.string(),
    location: location.exactOptional(),
    message: z.string(),
    root_cause: z.string(),
    effect: z.string(),
    since: z.string().exactOptional(),
    changed: z.string().exactOptional(),
    evidence: z.array(evidence),
    why: z.array(whyRow).exactOptional(),
    symptoms: z.array(z.looseObject({ rule: z.string(), resource: z.string(), state: z.string(), count })),
    contributing: strings,
    remaining: strings,
    notes: strings,
    remediation,
    alternatives: z.array(remediation),
    placement: placement.exactOptional(),
    verification: verification.exactOptional(),
    ...suppressible,
  })
  .meta({ id: 'Diagnosis' });

const trace = z
  .looseObject({
    id: z.string(),
    chain: strings,
    hops: z.array(
      z.looseObject({
        from: z.string(),
        to: z.string(),
        mechanism: z.string(),
        relation: z.string().exactOptional(),
        state: z.string(),
      }),
    ),
    confidence,
  })
  .meta({ id: 'DependencyTrace' });

const blastRadius = z
  .looseObject({
    id: z.string(),
    broken_resource: z.string(),
    rank: count,
    impact_score: score,
    weight: z
      .looseObject({ value: score, source: z.enum(['annotation', 'config']), resource: z.string() })
      .exactOptional(),
    risk: z.looseObject({ effect: z.enum(['change', 'destructive']), factor: score }).exactOptional(),
    confidence,
    impacted_pods: strings,
    impacted_services: strings,
    impacted_deployments: strings,
    impacted_ingresses: strings,
    impacted_stateful_sets: strings,
    impacted_daemon_sets: strings,
    impacted_jobs: strings,
    impacted_others: strings,
  })
  .meta({ id: 'BlastRadius' });

const narrative = z
  .looseObject({
    id: z.string(),
    root_cause: z.string(),
    root_cause_detail: z.string(),
    confidence,
    impact_score: score,
    failure_chain: strings,
    affected_resources: strings,
    text: z.string(),
  })
  .meta({ id: 'IncidentNarrative' });

const fixPriority = z
  .looseObject({
    id: z.string(),
    rank: count,
    resource: z.string(),
    diagnosis: z.string(),
    confidence,
    impact_score: score,
    restores: strings,
    summary: z.string(),
    steps: strings,
    commands: strings,
  })
  .meta({ id: 'FixPriority' });

const unexplained = z
  .looseObject({
    id: z.string().exactOptional(),
    rule: z.string(),
    resource: z.string(),
    severity,
    message: z.string(),
    since: z.string().exactOptional(),
    count,
    checked: strings,
    evidence: z.array(evidence),
    location: location.exactOptional(),
    notes: strings.exactOptional(),
    ...suppressible,
  })
  .meta({ id: 'Unexplained' });

const otherDiagnosis = z.looseObject({ id: z.string(), severity, certain: z.boolean(), ...namedFault });

const gap = z
  .looseObject({
    resource: z.string(),
    kind: z.string(),
    namespace: z.string(),
    state: z.enum(['partial', 'forbidden', 'not-collected', 'api-absent']),
    reason: z.string(),
    rules: strings,
  })
  .meta({ id: 'CoverageGap' });

const rule = z
  .looseObject({
    id: z.string(),
    title: z.string(),
    role: z.enum(['fault', 'symptom']),
    severity,
    means: z.string(),
    decides: z.string(),
    silent: z.string(),
    false_positives: z.string().exactOptional(),
    references: strings,
  })
  .meta({ id: 'Rule' });

/** Checks a report document; unknown fields pass, so that consumers survive a newer minor version. */
export const reportDocumentSchema: z.ZodType<ReportDocument> = z
  .looseObject({
    $schema: z.string(),
    schema_version: z.string().regex(/^1\.\d+$/),
    tool: z.looseObject({ name: z.string(), version: z.string(), plugins: strings }),
    source: z.looseObject({
      type: z.enum(['file', 'live', 'memory']),
      name: z.string(),
      captured_at: z.string().exactOptional(),
      server_version: z.string().exactOptional(),
      layout: z.string().exactOptional(),
      namespace: z.string().exactOptional(),
    }),
    scope: z.looseObject({ namespace: z.string().exactOptional(), target: z.string().exactOptional() }),
    now: z.string(),
    coverage: z.looseObject({ complete: z.boolean(), gaps: z.array(gap) }),
    counts: z.looseObject({
      objects: count,
      namespaces: count,
      nodes: count,
      nodes_ready: count,
      pods: count,
      pods_ready: count,
      services: count,
      services_with_endpoints: count,
    }),
    issue_count: count,
    diagnoses: z.array(diagnosis),
    dependency_traces: z.array(trace),
    blast_radius: z.array(blastRadius),
    incident_narratives: z.array(narrative),
    fix_priorities: z.array(fixPriority),
    unexplained: z.array(unexplained),
    suppressed: z.array(diagnosis),
    suppressed_symptoms: z.array(unexplained).exactOptional(),
    baseline: z.looseObject({ name: z.string(), known: count, new: count, gone: count, unseen: count }).exactOptional(),
    health: z.array(
      z.looseObject({
        name: z.string(),
        state: z.enum(['ok', 'unknown', 'not-applicable', 'failed']),
        text: z.string(),
      }),
    ),
    failures: z.array(z.looseObject({ rule: z.string(), reason: z.string() })),
    notices: strings,
    manifests: count.exactOptional(),
    deployment: z
      .looseObject({
        cluster: z.string(),
        created: count,
        updated: count,
        heals: z.array(otherDiagnosis),
        stays: z.array(otherDiagnosis),
      })
      .exactOptional(),
    workloads: strings.exactOptional(),
    rules: z.array(rule).exactOptional(),
    rules_run: strings.exactOptional(),
  })
  .meta({ title: 'kroot report', description: 'What kroot diagnose --output json prints.' });
