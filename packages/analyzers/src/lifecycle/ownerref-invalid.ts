import { eventsOf, presentObject, refOf, refTo } from '@kroot/graph';
import {
  builtinKind,
  CONFIDENCE,
  type Analyzer,
  type Evidence,
  type Finding,
  type KubernetesObject,
  type OwnerReference,
  type Snapshot,
} from '@kroot/types';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';

/** Reports objects with an owner that cannot be theirs, which the garbage collector may delete. */
export const ownerrefInvalid: Analyzer = {
  meta: {
    id: 'ownerref-invalid',
    title: 'Object names an owner that cannot own it',
    role: 'fault',
    severity: 'warning',
    reads: ['Event'],
    breaks: ['deletion'],
    docs: {
      means:
        'An owner has to live in the namespace of what it owns, or in none. The garbage collector takes any other owner for gone: it deletes the object, or leaves it for ever.',
      decides:
        'An event OwnerRefInvalidNamespace about an object that still names the owner; or a cluster-scoped object that names an owner of a kind that lives in namespaces.',
      silent: 'When the reference is gone by now, or the owner is there.',
      references: [
        'https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/#owner-references-in-object-specifications',
      ],
    },
  },
  *analyze({ snapshot }) {
    for (const kind of snapshot.kinds()) {
      if (kind === 'Event') continue;
      for (const object of snapshot.list(kind)) {
        const wrong = wrongOwner(snapshot, object);
        if (wrong !== undefined) yield finding(object, wrong);
      }
    }
  },
};

interface WrongOwner {
  readonly owner: OwnerReference;
  readonly index: number;
  readonly evidence: readonly Evidence[];
}

function wrongOwner(snapshot: Snapshot, object: KubernetesObject): WrongOwner | undefined {
  const { ownerReferences = [], namespace } = object.metadata;
  const [only] = ownerReferences;
  if (only === undefined) return undefined;
  if (namespace === undefined) {
    const index = ownerReferences.findIndex(({ kind, apiVersion }) => isNamespaced(kind, apiVersion));
    const owner = ownerReferences[index];
    return owner === undefined ? undefined : { owner, index, evidence: [] };
  }
  const event = eventsOf(snapshot, object).find(({ reason }) => reason === 'OwnerRefInvalidNamespace');
  if (event === undefined) return undefined;
  const index = ownerReferences.findIndex(({ uid = '', name }) =>
    event.message?.includes(uid === '' ? `name: ${name}` : uid),
  );
  const owner = ownerReferences[index];
  const target = owner === undefined ? undefined : refTo(owner, namespace);
  if (owner === undefined || (target !== undefined && presentObject(snapshot, target) !== undefined)) return undefined;
  return { owner, index, evidence: [fromEvent(event, refOf(object))] };
}

function isNamespaced(kind: string, apiVersion: string): boolean {
  const known = builtinKind(kind);
  const slash = apiVersion.indexOf('/');
  return known?.namespaced === true && known.group === (slash === -1 ? '' : apiVersion.slice(0, slash));
}

function finding(object: KubernetesObject, { owner, index, evidence }: WrongOwner): Finding {
  const subject = refOf(object);
  const stated = evidence.length > 0;
  const where =
    subject.namespace === undefined
      ? 'it lives in no namespace, and such an owner lives in one'
      : `namespace ${subject.namespace} has no such ${owner.kind}`;
  return {
    rule: ownerrefInvalid.meta.id,
    subject,
    discriminator: owner.name,
    severity: stated ? 'warning' : 'info',
    confidence: stated ? CONFIDENCE.stated : CONFIDENCE.proved,
    message: `${inWords(subject)} names ${owner.kind} ${owner.name} as its owner, which cannot own it`,
    cause: `Its ownerReferences name ${owner.kind} ${owner.name}, but ${where}.`,
    evidence: [
      ...evidence,
      fromSpec(subject, `metadata.ownerReferences[${index}]`, `${owner.apiVersion} ${owner.kind} ${owner.name}`),
    ],
    fixes: [
      {
        summary: `Correct what sets the owner of ${inWords(subject)}`,
        steps: [
          'An operator or chart sets the reference: it has to be left out for objects outside the namespace of the owner (labels do instead).',
        ],
        commands: [kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml')],
        effect: 'none',
        where: 'cluster',
      },
      {
        summary: `Take the reference out of ${inWords(subject)}`,
        steps: ['Whatever set it may set it again.'],
        commands: [
          kubectl(
            subject.namespace,
            'patch',
            kubectlName(subject),
            '--type=json',
            '-p',
            JSON.stringify([{ op: 'remove', path: `/metadata/ownerReferences/${index}` }]),
          ),
        ],
        effect: 'change',
        where: 'cluster',
      },
    ],
  };
}
