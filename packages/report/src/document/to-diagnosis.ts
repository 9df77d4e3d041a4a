import {
  formatRef,
  type Diagnosis,
  type DiagnosisDocument,
  type Evidence,
  type EvidenceDocument,
  type Fix,
  type FixVerification,
  type NamedFault,
  type NamedFaultDocument,
  type RemediationDocument,
  type VerificationDocument,
} from '@kroot/types';
import { formatCommand } from '../format-command.ts';
import { toPlacement } from './to-placement.ts';
import { toWhyRows } from './why-rows.ts';

/** What the document says where no repair is known. */
export const NO_FIX: RemediationDocument = {
  summary: 'No repair is known for this; the evidence shows where to look.',
  steps: [],
  commands: [],
  effect: 'none',
  where: 'cluster',
  runnable: [],
};

/** A diagnosis as the document has it. */
export function toDiagnosis(diagnosis: Diagnosis): DiagnosisDocument {
  const [first, ...others] = diagnosis.fixes;
  return {
    id: diagnosis.id,
    rank: diagnosis.rank,
    rule: diagnosis.rule,
    severity: diagnosis.severity,
    confidence: diagnosis.confidence,
    resource: formatRef(diagnosis.resource),
    root_cause_resource: formatRef(diagnosis.rootCause),
    message: diagnosis.message,
    root_cause: diagnosis.cause,
    effect: diagnosis.effect,
    ...(diagnosis.since === undefined ? {} : { since: diagnosis.since }),
    ...(diagnosis.changed === undefined ? {} : { changed: diagnosis.changed }),
    evidence: diagnosis.evidence.map(toEvidence),
    why: toWhyRows(diagnosis.why),
    symptoms: diagnosis.symptoms.map(({ count, resource, rule, state }) => ({
      rule,
      resource: formatRef(resource),
      state,
      count,
    })),
    contributing: diagnosis.contributing,
    remaining: diagnosis.remaining,
    notes: diagnosis.notes,
    remediation: first === undefined ? NO_FIX : toRemediation(first),
    alternatives: others.map(toRemediation),
    ...(diagnosis.placement === undefined ? {} : { placement: toPlacement(diagnosis.placement) }),
    ...(diagnosis.verification === undefined ? {} : { verification: toVerification(diagnosis.verification) }),
  };
}

function toVerification(verification: FixVerification): VerificationDocument {
  const { fix, verdict, reason, victims, recovers, blockers, brings } = verification;
  return {
    fix,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    victims,
    recovers: recovers.map((ref) => formatRef(ref)),
    blockers: blockers.map(({ count, ...fault }) => ({ ...toNamedFault(fault), count })),
    brings: brings.map(toNamedFault),
  };
}

function toNamedFault({ rule, resource, message }: NamedFault): NamedFaultDocument {
  return { rule, resource: formatRef(resource), message };
}

/** A piece of evidence as the document has it. */
export function toEvidence({ count, firstSeen, lastSeen, path, quote, ref, source }: Evidence): EvidenceDocument {
  return {
    source,
    resource: formatRef(ref),
    ...(path === undefined ? {} : { path }),
    quote,
    ...(count === undefined ? {} : { count }),
    ...(firstSeen === undefined ? {} : { first_seen: firstSeen }),
    ...(lastSeen === undefined ? {} : { last_seen: lastSeen }),
  };
}

/** A repair as the document has it; commands that cannot be printed safely are left out. */
function toRemediation({ commands, effect, steps, summary, where }: Fix): RemediationDocument {
  const printed = commands.flatMap((command) => {
    const text = formatCommand(command);
    return text === undefined ? [] : [{ command, text }];
  });
  return {
    summary,
    steps,
    commands: printed.map(({ text }) => text),
    effect,
    where,
    runnable: printed.map(({ command: { argv, input } }) => ({ argv, ...(input === undefined ? {} : { input }) })),
  };
}
