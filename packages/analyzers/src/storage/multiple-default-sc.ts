import { defaultStorageClass, refOf } from '@kroot/graph';
import { CONFIDENCE, type Analyzer, type StorageClass } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { listed } from '../support/words.ts';

const DEFAULT = 'storageclass.kubernetes.io/is-default-class';

/** Reports clusters in which more than one StorageClass calls itself the default. */
export const multipleDefaultSc: Analyzer = {
  meta: {
    id: 'multiple-default-sc',
    title: 'More than one default StorageClass',
    role: 'fault',
    severity: 'warning',
    reads: ['StorageClass'],
    breaks: ['provisioning'],
    docs: {
      means:
        'Claims without class get the default one. Of several Kubernetes takes the newest (before 1.26 it refused such claims), which is hardly what anybody chose.',
      decides: 'Two or more StorageClasses carry the annotation storageclass.kubernetes.io/is-default-class: "true".',
      silent: 'With one default class or none.',
      references: ['https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass'],
    },
  },
  *analyze({ snapshot }) {
    const chosen = defaultStorageClass(snapshot);
    if (chosen.state !== 'present' || chosen.others.length === 0) return;
    const subject = refOf(chosen.storageClass);
    const others = chosen.others.map(({ metadata }) => metadata.name).toSorted();
    yield {
      rule: multipleDefaultSc.meta.id,
      subject,
      severity: 'warning',
      confidence: CONFIDENCE.proved,
      message: `StorageClasses ${listed([subject.name, ...others], 4)} all call themselves the default`,
      cause: `Claims without class get ${subject.name}, the newest of the default classes, and not ${listed(others)}.`,
      evidence: [chosen.storageClass, ...chosen.others].map((each) => asEvidence(each)),
      fixes: [
        {
          summary: 'Leave the mark on one class only',
          steps: [
            `If ${subject.name} is meant, take the mark from ${listed(others)}; claims that exist keep their class.`,
          ],
          commands: others.map((name) =>
            kubectl(undefined, 'annotate', `storageclass/${name}`, `${DEFAULT}=false`, '--overwrite'),
          ),
          effect: 'change',
          where: 'cluster',
        },
      ],
      notes: [`${inWords(subject)} was chosen by its age alone: a class that is installed later takes over silently.`],
    };
  },
};

function asEvidence(storageClass: StorageClass): ReturnType<typeof fromSpec> {
  const created = storageClass.metadata.creationTimestamp ?? 'unknown';
  return fromSpec(
    refOf(storageClass),
    `metadata.annotations['${DEFAULT}']`,
    `true (created ${created}, provisioner ${storageClass.provisioner ?? ''})`,
  );
}
