import { labelValue } from '@kroot/graph';
import { ref, type Analyzer, type Evidence, type Fix } from '@kroot/types';
import { capital } from '../support/app-exit.ts';
import { containerFault, containerField, type FaultGroup } from '../support/container-fault.ts';
import { rebuildImage, rollBack } from '../support/container-fixes.ts';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl } from '../support/kubectl.ts';
import { present } from '../support/present.ts';
import { nodesOf } from '../support/profile-fault.ts';
import { listed } from '../support/words.ts';

const BUILD = 'node.kubernetes.io/windows-build';

/** Reports Windows containers whose image is built for another Windows build than their node runs. */
export const windowsBuildMismatch: Analyzer = containerFault(
  {
    id: 'windows-build-mismatch',
    title: 'Windows image is built for another build than the node runs',
    breaks: ['container-start'],
    docs: {
      means:
        'Containers with process isolation share the kernel of the host: the base image of a Windows container must be of the same build as the node, such as ltsc2022 on Windows Server 2022.',
      decides:
        'The runtime cannot create or start the container and says that its operating system does not match that of the host.',
      silent: 'For containers that have been started since.',
      references: [
        'https://learn.microsoft.com/en-us/virtualization/windowscontainers/deploy-containers/version-compatibility',
      ],
    },
  },
  (group) => {
    const { first, words, container } = group;
    const image = first.state.container.image ?? 'its image';
    const nodes = nodesOf(group);
    const systems = [...new Set(nodes.map((name) => systemOf(group, name)))];
    return {
      message: `${capital(words)} is built for another Windows build than ${listed(nodes)} ${nodes.length === 1 ? 'runs' : 'run'}`,
      cause: `Image ${image} of container "${container}" has a base of another build than ${listed(systems)}, which ${listed(nodes)} ${nodes.length === 1 ? 'runs' : 'run'}.`,
      evidence: [containerField(group, 'image', image), ...nodes.slice(0, 2).flatMap((name) => buildOf(group, name))],
      fixes: [...rollBack(group), ...fixes(group, systems)],
    };
  },
);

function systemOf({ snapshot }: FaultGroup, name: string): string {
  return present(snapshot, 'Node', undefined, name)?.status?.nodeInfo?.osImage ?? 'the system';
}

function buildOf({ snapshot }: FaultGroup, name: string): readonly Evidence[] {
  const node = present(snapshot, 'Node', undefined, name);
  const target = ref('Node', undefined, name);
  const build = labelValue(node?.metadata.labels, BUILD);
  if (build !== undefined) return [fromSpec(target, `metadata.labels[${BUILD}]`, build)];
  const system = node?.status?.nodeInfo?.osImage;
  return system === undefined ? [] : [fromSpec(target, 'status.nodeInfo.osImage', system)];
}

function fixes(group: FaultGroup, systems: readonly string[]): readonly Fix[] {
  return [
    rebuildImage(group, `Use an image of container "${group.container}" that is built on ${listed(systems)}`, [
      'Take the tag for the build of the node, or a multi-platform image that holds one per build.',
    ]),
    {
      summary: `Or keep ${inWords(group.owner)} to nodes of the build of its image`,
      steps: [`Add a nodeSelector for ${BUILD} to the pod template.`],
      commands: [kubectl(undefined, 'get', 'nodes', '-L', BUILD)],
      effect: 'none',
      where: 'cluster',
    },
  ];
}
