import { groupBy, refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type Finding, type Ingress, type ResourceRef } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords } from '../support/kubectl.ts';
import { listed } from '../support/words.ts';

interface Path {
  readonly ingress: Ingress;
  readonly ref: ResourceRef;
  readonly field: string;
  readonly backend: string;
  /** What makes two paths the same: class, host, type and path. */
  readonly key: string;
  readonly words: string;
}

/** Reports paths that two Ingresses send to different Services. */
export const ingressHostPathConflict: Analyzer = {
  meta: {
    id: 'ingress-host-path-conflict',
    title: 'Two Ingresses send one path to different Services',
    role: 'fault',
    severity: 'warning',
    reads: ['Ingress'],
    breaks: ['route'],
    docs: {
      means: 'Only one of the Ingresses gets the requests, mostly the older one; nobody tells the other.',
      decides: 'Ingresses of the same class have the same host, path and path type with different backends.',
      silent:
        'For canary Ingresses, for the solvers of ACME challenges, and for Ingresses without class, which different controllers may serve.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches'],
    },
  },
  *analyze({ snapshot }) {
    const paths = snapshot
      .list('Ingress')
      .filter((ingress) => !isDeliberate(ingress))
      .flatMap((ingress) => pathsOf(ingress));
    for (const group of groupBy(paths, ({ key }) => key).values()) {
      const others = group.filter(({ backend }) => backend !== group[0]?.backend);
      if (others.length > 0) yield finding(group);
    }
  },
};

const ANNOTATIONS = /(^|\/)canary(-|$)|^acme\.cert-manager\.io\//;

function isDeliberate({ metadata }: Ingress): boolean {
  const names = [...Object.keys(metadata.annotations ?? {}), ...Object.keys(metadata.labels ?? {})];
  return metadata.deletionTimestamp !== undefined || names.some((name) => ANNOTATIONS.test(name));
}

function pathsOf(ingress: Ingress): readonly Path[] {
  const className = ingress.spec?.ingressClassName ?? '';
  if (className === '') return [];
  return (ingress.spec?.rules ?? []).flatMap(({ host = '*', http }, i) =>
    (http?.paths ?? []).map(({ path = '/', pathType = '', backend }, j) => ({
      ingress,
      ref: refOf(ingress),
      field: `spec.rules[${i}].http.paths[${j}]`,
      backend: `${ingress.metadata.namespace ?? ''}/${JSON.stringify(backend)}`,
      key: [className, host, pathType, path].join('\n'),
      words: `${host}${path}`,
    })),
  );
}

/** The older Ingress is the one that controllers mostly keep; the younger one has to give way. */
function finding(group: readonly Path[]): Finding {
  const sorted = group.toSorted((a, b) => {
    const [x = '', y = ''] = [a.ingress.metadata.creationTimestamp, b.ingress.metadata.creationTimestamp];
    return x === y ? 0 : x < y ? -1 : 1;
  });
  const younger = sorted.at(-1) ?? sorted[0];
  const older = sorted[0];
  const [subject, first] = [younger?.ref ?? { group: '', kind: 'Ingress', name: '' }, older?.ref];
  const words = younger?.words ?? '';
  return {
    rule: ingressHostPathConflict.meta.id,
    subject,
    discriminator: words,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    message: `${inWords(subject)} and ${first === undefined ? '' : inWords(first)} send ${words} to different Services`,
    cause: `${listed(sorted.map(({ ref }) => inWords(ref)))} have the same class, host and path, and controllers serve one of them, mostly the older.`,
    evidence: sorted.slice(0, 3).map(({ ref, field, backend }) => fromSpec(ref, field, `${words} to ${backend}`)),
    fixes: [describeFix(subject, `Take ${words} out of one of them`, ['Both cannot have it.'])],
  };
}
