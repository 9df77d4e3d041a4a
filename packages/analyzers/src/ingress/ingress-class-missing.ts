import { labelValue, nearNames, refOf, timeOf } from '@kroot/graph';
import {
  CONFIDENCE,
  ref,
  type Analyzer,
  type AnalyzerContext,
  type Evidence,
  type Finding,
  type Fix,
  type Ingress,
  type ResourceRef,
  type Snapshot,
} from '@kroot/types';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { jsonPatch } from '../support/template-patch.ts';
import { listed } from '../support/words.ts';

const ANNOTATION = 'kubernetes.io/ingress.class';
const IS_DEFAULT = 'ingressclass.kubernetes.io/is-default-class';
const GRACE = 300_000;

/** Reports IngressClasses that Ingresses ask for and that do not exist, and Ingresses that get no class at all. */
export const ingressClassMissing: Analyzer = {
  meta: {
    id: 'ingress-class-missing',
    title: 'No controller serves the class of an Ingress',
    role: 'fault',
    severity: 'critical',
    reads: ['Ingress', 'IngressClass'],
    breaks: ['route'],
    docs: {
      means: 'No ingress controller takes care of the Ingress, so requests to its hosts get no answer from it.',
      decides:
        'spec.ingressClassName names an IngressClass, all of them are known, and that one is not among them; or the Ingress names no class, there is no default one, and for five minutes nobody has given it an address.',
      silent:
        'When the Ingress has an address, for the old annotation kubernetes.io/ingress.class (controllers read it without any object), and where the IngressClasses are not all known.',
      falsePositives: 'Controllers that are told to take Ingresses without class and that never write an address.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class'],
    },
  },
  *analyze(context) {
    const { snapshot } = context;
    if (snapshot.coverage.state('IngressClass') !== 'complete') return;
    const byClass = new Map<string, [Ingress, ...Ingress[]]>();
    const forgotten: Ingress[] = [];
    for (const ingress of snapshot.list('Ingress')) {
      if (hasAddress(ingress)) continue;
      const named = ingress.spec?.ingressClassName ?? '';
      if (named === '') {
        if (isForgotten(context, ingress)) forgotten.push(ingress);
      } else if (snapshot.lookup(ref('IngressClass', undefined, named)).state === 'absent') {
        const known = byClass.get(named);
        if (known === undefined) byClass.set(named, [ingress]);
        else known.push(ingress);
      }
    }
    const [first, ...others] = forgotten;
    if (first !== undefined) yield withoutClass(snapshot, [first, ...others]);
    for (const [name, ingresses] of byClass) yield missingClass(snapshot, name, ingresses);
  },
};

function hasAddress({ status }: Ingress): boolean {
  return (status?.loadBalancer?.ingress ?? []).length > 0;
}

function classNames(snapshot: Snapshot): readonly string[] {
  return snapshot.list('IngressClass').map(({ metadata }) => metadata.name);
}

/** An Ingress that no class and no annotation gives to anybody. */
function isForgotten({ snapshot, now }: AnalyzerContext, { metadata }: Ingress): boolean {
  if (labelValue(metadata.annotations, ANNOTATION) !== undefined) return false;
  const created = timeOf(metadata.creationTimestamp);
  if (created === undefined || now - created < GRACE) return false;
  return !snapshot.list('IngressClass').some((each) => labelValue(each.metadata.annotations, IS_DEFAULT) === 'true');
}

function classEvidence(snapshot: Snapshot, subject: ResourceRef): Evidence {
  const names = classNames(snapshot);
  return computed(
    subject,
    names.length === 0 ? 'the cluster has no IngressClass' : `the cluster has: ${names.slice(0, 10).join(', ')}`,
  );
}

function missingClass(snapshot: Snapshot, name: string, ingresses: readonly [Ingress, ...Ingress[]]): Finding {
  const subject = ref('IngressClass', undefined, name);
  const refs = ingresses.map((ingress) => refOf(ingress));
  const names = classNames(snapshot);
  const [best] = [...nearNames(name, names), ...(names.length === 1 ? names : [])];
  return {
    rule: ingressClassMissing.meta.id,
    subject,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    message: `${inWords(subject)} does not exist, so nothing serves ${listed(refs.map((each) => inWords(each)))}`,
    cause: `${listed(refs.map((each) => inWords(each)))} ${refs.length === 1 ? 'asks' : 'ask'} for class ${name}, and the cluster has ${names.length === 0 ? 'no IngressClass at all' : `only ${listed(names)}`}.`,
    evidence: [
      ...refs.slice(0, 3).map((each) => fromSpec(each, 'spec.ingressClassName', name)),
      classEvidence(snapshot, subject),
    ],
    affects: refs,
    fixes: fixesOf(refs, best),
    ...(names.length === 0
      ? { notes: ['Most likely the ingress controller, whose chart brings the class, is not installed.'] }
      : {}),
  };
}

/** What is wrong is that there is no default class: the first Ingress stands for all that wait for one. */
function withoutClass(snapshot: Snapshot, ingresses: readonly [Ingress, ...Ingress[]]): Finding {
  const subject = refOf(ingresses[0]);
  const refs = ingresses.map((ingress) => refOf(ingress));
  const names = classNames(snapshot);
  const who = refs.length === 1 ? inWords(subject) : `${refs.length} Ingresses`;
  const them = refs.length === 1 ? `${who} names` : `${listed(refs.map((each) => inWords(each)))} name`;
  return {
    rule: ingressClassMissing.meta.id,
    subject,
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    message: `${who} ${refs.length === 1 ? 'has' : 'have'} no class, and there is no default one`,
    cause: `${them} no ingressClassName, ${names.length === 0 ? 'the cluster has no IngressClass' : `none of the classes ${listed(names)} is marked as default`}, and nobody has given ${refs.length === 1 ? 'it' : 'them'} an address.`,
    evidence: [
      fromSpec(subject, 'spec.ingressClassName', 'none'),
      fromSpec(subject, 'status.loadBalancer', 'no address'),
      classEvidence(snapshot, subject),
    ],
    ...(refs.length === 1 ? {} : { affects: refs }),
    fixes: fixesOf(refs, names.length === 1 ? names[0] : undefined),
  };
}

function fixesOf(ingresses: readonly ResourceRef[], best: string | undefined): readonly Fix[] {
  const look: Fix = {
    summary: 'See which classes the cluster has',
    steps: ['Use one of them in spec.ingressClassName, or install the controller that brings the class.'],
    commands: [kubectl(undefined, 'get', 'ingressclasses')],
    effect: 'none',
    where: 'cluster',
  };
  if (best === undefined) return [look];
  return [
    {
      summary: `Give ${listed(ingresses.map((each) => inWords(each)))} the class ${best}`,
      steps: [`Change spec.ingressClassName to ${best}, if its controller is the one that should serve these hosts.`],
      commands: ingresses
        .slice(0, 5)
        .map((each) => jsonPatch(each, [{ op: 'add', path: '/spec/ingressClassName', value: best }])),
      effect: 'change',
      where: 'cluster',
    },
    look,
  ];
}
