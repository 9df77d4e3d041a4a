import { type Fix } from '@kroot/types';
import { kubectl } from './kubectl.ts';
import { type PullGroup } from './pull-groups.ts';

/** A pull by hand on a node that fails, which shows what the node itself sees of the registry. */
export function pullOnNode({ failures: [failure] }: PullGroup, summary: string, steps: readonly string[]): Fix {
  const { image, pod } = failure;
  const node = pod.pod.spec.nodeName ?? '';
  return {
    summary,
    steps: [...steps, `On node ${node}, \`crictl pull ${image}\` shows whether the pull works again.`],
    commands: [kubectl(undefined, 'describe', `node/${node}`)],
    effect: 'none',
    where: 'node',
  };
}
