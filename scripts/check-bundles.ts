// Runs the built command line on real dumps, as people have them: each gives the findings that are true of it and no others, as
// an archive and as a folder; kinds that it does not hold are told as blind spots. Time and memory are bounded.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = process.argv[2] ?? '';
const bin = join(import.meta.dirname, '../packages/cli/dist/bin.js');
const MAX_SECONDS = 60;
const MAX_MEGABYTES = 640;

/** A dump and what is known about it. */
interface Sample {
  readonly layout: string | undefined;
  /** With logs. */
  readonly objects: number;
  /** All that is to be found: `severity rule object`. */
  readonly findings: readonly string[];
  /** Kinds that it does not hold. */
  readonly unseen: readonly string[];
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  // A cluster that is healthy but for what a conformance test just had running in it.
  'sonobuoy.tar.gz': {
    layout: 'Sonobuoy results',
    objects: 747,
    findings: [
      'info svc-targetport-not-declared Service/services-4744/externalsvc',
      'warning sched-node-selector-mismatch Pod/resourcequota-9871/terminating-pod',
      'warning svc-selector-no-match Service/services-4744/nodeport-service',
    ],
    unseen: ['EndpointSlice', 'HorizontalPodAutoscaler', 'IngressClass', 'Secret'],
  },
  'support-bundle-new.tar.gz': {
    layout: 'Replicated support bundle',
    objects: 377,
    findings: [],
    unseen: ['HorizontalPodAutoscaler', 'IngressClass', 'Secret'],
  },
  'support-bundle-old.tar.gz': {
    layout: 'Replicated support bundle',
    objects: 229,
    findings: [],
    unseen: ['ConfigMap', 'DaemonSet', 'Endpoints', 'EndpointSlice', 'Secret', 'ServiceAccount'],
  },
  'must-gather-aws.tar.xz': {
    layout: 'OpenShift must-gather',
    objects: 8778,
    findings: ['info svc-targetport-not-declared Service/openshift-marketplace/marketplace-operator-metrics'],
    unseen: ['Ingress', 'Lease', 'LimitRange', 'NetworkPolicy', 'PersistentVolume', 'PriorityClass'],
  },
  'original-kroot-context.json': {
    layout: undefined,
    objects: 9,
    findings: [
      'critical secret-missing-env Secret/prod/db-password',
      'warning np-egress-blocks-dns NetworkPolicy/prod/deny-all',
      'warning svc-selector-no-match Service/prod/payments',
    ],
    unseen: [],
  },
};

interface Report {
  readonly source: { readonly layout?: string };
  readonly counts: { readonly objects: number };
  readonly diagnoses: readonly Entry[];
  readonly unexplained: readonly Entry[];
  readonly coverage: { readonly gaps: readonly { readonly kind: string; readonly state: string }[] };
}

interface Entry {
  readonly severity: string;
  readonly rule: string;
  readonly resource: string;
  readonly root_cause_resource?: string;
}

interface Outcome {
  readonly text: string;
  readonly seconds: number;
  readonly megabytes: number;
}

function diagnose(file: string, at: string): Outcome {
  const start = performance.now();
  const command = [bin, 'diagnose', 'cluster', '-A', '--logs', '-q', '-o', 'json', '-f', file];
  const memory = join(at, 'memory');
  const measure = `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(memory)}, String(process.resourceUsage().maxRSS)))`;
  const preload = join(at, 'measure.cjs');
  writeFileSync(preload, measure);
  const run = spawnSync(process.execPath, ['--require', preload, ...command], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (run.status !== 0 && run.status !== 1)
    throw new Error(`${file}: exit ${run.status ?? 'by signal'}\n${run.stderr}`);
  const megabytes = Number(readFileSync(memory, 'utf8')) / 1024;
  return { text: run.stdout, seconds: (performance.now() - start) / 1000, megabytes };
}

function problems(sample: Sample, text: string): readonly string[] {
  const report = JSON.parse(text) as Report;
  const found = [...report.diagnoses, ...report.unexplained].map(
    ({ severity, rule, resource, root_cause_resource: root }) => `${severity} ${rule} ${root ?? resource}`,
  );
  const gone = new Set(report.coverage.gaps.flatMap(({ kind, state }) => (state === 'not-collected' ? [kind] : [])));
  return [
    ...(report.source.layout === sample.layout ? [] : [`layout: ${report.source.layout ?? 'none'}`]),
    ...(report.counts.objects === sample.objects ? [] : [`${report.counts.objects} objects, not ${sample.objects}`]),
    ...found.filter((one) => !sample.findings.includes(one)).map((one) => `found: ${one}`),
    ...sample.findings.filter((one) => !found.includes(one)).map((one) => `not found: ${one}`),
    ...sample.unseen.filter((kind) => !gone.has(kind)).map((kind) => `no blind spot: ${kind}`),
  ];
}

for (const [file, sample] of Object.entries(SAMPLES)) {
  const at = mkdtempSync(join(tmpdir(), 'kroot-bundles-'));
  const given = join(folder, file);
  // xz is no format that kroot reads: it says how to convert it, and that is done here.
  const archive = file.endsWith('.xz') ? join(at, 'dump') : given;
  if (archive !== given) {
    const unpacked = spawnSync('xz', ['-dc', given], { maxBuffer: 2 ** 30, encoding: 'buffer' });
    if (unpacked.error !== undefined) {
      process.stdout.write(`${file}: there is no xz to unpack it with\n`);
      continue;
    }
    writeFileSync(archive, unpacked.stdout);
  }
  const { text, seconds, megabytes } = diagnose(archive, at);
  const wrong = [...problems(sample, text)];
  if (file.includes('.tar')) {
    const unpacked = join(at, 'folder');
    spawnSync('mkdir', [unpacked]);
    spawnSync('tar', ['-xf', archive, '-C', unpacked]);
    const twin = diagnose(unpacked, at).text.replaceAll(unpacked, 'X');
    if (twin !== text.replaceAll(archive, 'X')) wrong.push('the folder gives another report than the archive');
  }
  if (seconds >= MAX_SECONDS) wrong.push(`${seconds.toFixed(1)} s`);
  if (megabytes >= MAX_MEGABYTES) wrong.push(`${megabytes.toFixed(0)} MB`);
  process.stdout.write(
    `${file}: ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB${wrong.length === 0 ? '' : ', WRONG'}\n`,
  );
  for (const line of wrong) process.stdout.write(`  ${line}\n`);
  if (wrong.length > 0) process.exitCode = 1;
  rmSync(at, { recursive: true });
}
