import { type Analyzer, type Fix, type Snapshot } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { describeFix, inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { type PullFailure } from '../support/pull-failures.ts';
import { nodesOf, pullRule } from '../support/pull-rule.ts';
import { containerField } from '../support/template.ts';

/** Reports containers that may not pull an image that the node does not have. */
export const imageNeverPull: Analyzer = pullRule({
  id: 'image-never-pull',
  title: 'Image is not on the node and may not be pulled',
  docs: {
    means: 'The container has imagePullPolicy Never, and the node that it was placed on does not have the image.',
    decides: 'The container waits with reason ErrImageNeverPull.',
    silent: 'On nodes that have the image.',
  },
  describe(group, snapshot) {
    const [failure] = group.failures;
    const { owner, state, image, pod } = failure;
    const field = containerField(snapshot, owner, state.name);
    const [target, path] = field === undefined ? [pod.ref, state.path] : [owner, field.path];
    return {
      message: `Image ${image} of ${inWords(owner)} is not on ${nodesOf(group)} and may not be pulled`,
      cause: `Container "${state.name}" of ${inWords(owner)} has imagePullPolicy Never, and ${nodesOf(group)} does not have ${image}.`,
      evidence: [fromSpec(target, `${path}.imagePullPolicy`, state.container.imagePullPolicy ?? 'Never')],
      fixes: [allowPull(snapshot, failure), preload(failure, nodesOf(group))],
    };
  },
});

function allowPull(snapshot: Snapshot, { owner, state }: PullFailure): Fix {
  const field = containerField(snapshot, owner, state.name);
  const summary = `Let the kubelet pull the image: imagePullPolicy IfNotPresent`;
  if (field === undefined || owner.kind === 'Pod' || owner.kind === 'Job') {
    return describeFix(owner, summary, [
      `Create ${inWords(owner)} again with imagePullPolicy IfNotPresent in container "${state.name}"; it cannot be changed in place.`,
    ]);
  }
  const path = `/${field.path.replaceAll(/\[(\d+)\]/g, '/$1').replaceAll('.', '/')}/imagePullPolicy`;
  const patch = JSON.stringify([{ op: 'replace', path, value: 'IfNotPresent' }]);
  return {
    summary,
    steps: [`Set ${field.path}.imagePullPolicy of ${inWords(owner)} to IfNotPresent, if the image is in a registry.`],
    commands: [kubectl(owner.namespace, 'patch', kubectlName(owner), '--type=json', '-p', patch)],
    effect: 'change',
    where: 'cluster',
  };
}

function preload({ image, pod }: PullFailure, nodes: string): Fix {
  return {
    summary: `Put ${image} on ${nodes}`,
    steps: [
      `Load the image into the container runtime of each node that may get the pod (\`ctr -n k8s.io images import\`, \`kind load docker-image ${image}\`, \`minikube image load ${image}\`).`,
    ],
    commands: [kubectl(undefined, 'describe', `node/${pod.pod.spec.nodeName ?? ''}`)],
    effect: 'none',
    where: 'node',
  };
}
