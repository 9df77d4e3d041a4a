import { ref, type Analyzer, type Fix, type ResourceRef, type Snapshot } from '@kroot/types';
import { computed } from '../support/evidence.ts';
import { describeFix, inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { type PullFailure } from '../support/pull-failures.ts';
import { pullRule, saidOf } from '../support/pull-rule.ts';
import { imageField } from '../support/set-image.ts';
import { podSpecField } from '../support/template.ts';
import { listed } from '../support/words.ts';

/** Reports images that are not built for the architecture of the node. */
export const imagePlatformMismatch: Analyzer = pullRule({
  id: 'image-platform-mismatch',
  title: 'Image is not built for the platform of the node',
  docs: {
    means: 'The registry has the image, but no variant of it for the operating system and architecture of the node.',
    decides:
      'A container waits for its image, and the words are `no match for platform in manifest` or `no matching manifest for …`.',
    silent: 'When the image does not exist at all, although `not found` stands in both messages.',
  },
  describe(group, snapshot) {
    const [failure] = group.failures;
    const { owner, state, image, pod } = failure;
    const node = pod.pod.spec.nodeName ?? '';
    const platform = platformOf(snapshot, node);
    return {
      message: `Image ${image} of ${inWords(owner)} is not built for ${platform ?? `node ${node}`}`,
      cause: `Container "${state.name}" of ${inWords(owner)} was placed on ${node}${platform === undefined ? '' : `, which is ${platform}`}, and ${image} has no variant for it: ${saidOf(failure)}.`,
      evidence: platform === undefined ? [] : [computed(ref('Node', undefined, node), `the node is ${platform}`)],
      fixes: [...otherNodes(snapshot, failure, platform), build(snapshot, failure, platform)],
    };
  },
});

function platformOf(snapshot: Snapshot, node: string): string | undefined {
  const info = present(snapshot, 'Node', undefined, node)?.status?.nodeInfo;
  return info?.architecture === undefined ? undefined : `${info.operatingSystem ?? 'linux'}/${info.architecture}`;
}

/** Other architectures of the cluster that the template could ask for. */
function otherNodes(snapshot: Snapshot, { owner }: PullFailure, platform: string | undefined): readonly Fix[] {
  const field = podSpecField(snapshot, owner);
  const others = [...new Set(snapshot.list('Node').map(({ status }) => status?.nodeInfo?.architecture ?? ''))]
    .filter((architecture) => architecture !== '' && platform?.endsWith(`/${architecture}`) !== true)
    .toSorted();
  const [other] = others;
  if (
    platform === undefined ||
    other === undefined ||
    field === undefined ||
    owner.kind === 'Pod' ||
    owner.kind === 'Job'
  )
    return [];
  return [
    {
      summary: `Keep ${inWords(owner)} on nodes of architecture ${listed(others)}`,
      steps: [`Add the node selector kubernetes.io/arch: ${other} to ${field.path}, if the image is built for it.`],
      commands: [selectArchitecture(owner, field.path, other)],
      effect: 'change',
      where: 'cluster',
    },
  ];
}

function selectArchitecture(owner: ResourceRef, path: string, architecture: string): ReturnType<typeof kubectl> {
  const patch = path
    .split('.')
    .toReversed()
    .reduce<unknown>((inner, key) => ({ [key]: inner }), { nodeSelector: { 'kubernetes.io/arch': architecture } });
  return kubectl(owner.namespace, 'patch', kubectlName(owner), '-p', JSON.stringify(patch));
}

function build(snapshot: Snapshot, { owner, state, image }: PullFailure, platform: string | undefined): Fix {
  const use = { owner, container: state.name, image };
  return describeFix(owner, `Build ${image} for ${platform ?? 'the platform of the node'} as well`, [
    `Push a multi-platform image, for instance with \`docker buildx build --platform ${platform ?? 'linux/amd64,linux/arm64'}\`, and keep or update ${imageField(snapshot, use)}.`,
  ]);
}
