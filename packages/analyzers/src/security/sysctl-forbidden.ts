import { type Analyzer, type Evidence, type Fix } from '@kroot/types';
import { fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { type RejectedGroup } from '../support/rejected-pods.ts';
import { rejectionRule, type RejectionStory } from '../support/rejection-rule.ts';
import { podSpecPath, templatePatch, unchangeableNote } from '../support/template-patch.ts';
import { listed } from '../support/words.ts';

/** Reports workloads that set a kernel parameter which the kubelet does not let pods set. */
export const sysctlForbidden: Analyzer = rejectionRule(
  'sysctl-forbidden',
  {
    title: 'Pod sets a sysctl that its node does not allow',
    means:
      'securityContext.sysctls of the pod names a kernel parameter that is not in the safe set, and the kubelet of the node is not told to allow it. The scheduler does not know: the controller makes one failing pod after the other.',
    decides: 'Failed pods with reason SysctlForbidden, whose controller has fewer pods than it wants.',
    references: ['https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/'],
  },
  tell,
);

function tell(group: RejectedGroup): RejectionStory {
  const { owner, rejection, nodes, template } = group;
  const name = rejection.about === '' ? 'a sysctl' : `sysctl ${rejection.about}`;
  const host = /with host (net|ipc) enabled/.exec(rejection.words)?.[1];
  return {
    message: `${inWords(owner)} sets ${name}, which ${listed(nodes)} ${nodes.length === 1 ? 'does' : 'do'} not allow`,
    evidence: settingOf(group),
    fixes: [
      removeFix(group),
      {
        summary:
          host === undefined
            ? `Or allow ${name} on the nodes that these pods run on`
            : `Or take ${host === 'net' ? 'hostNetwork' : 'hostIPC'} from ${inWords(owner)}: then the setting is the pod's own`,
        steps:
          host === undefined
            ? [
                `Add ${rejection.about === '' ? 'it' : rejection.about} to allowedUnsafeSysctls in the kubelet configuration of a pool, restart the kubelets, and keep the pods to that pool with a node selector.`,
              ]
            : ['A pod in the namespace of the host would change the host itself; set the value on the node instead.'],
        commands: [],
        effect: 'change',
        where: host === undefined ? 'node' : 'git',
      },
    ],
    notes: unchangeableNote({ owner, template }),
  };
}

function sysctlsOf({
  template,
  pods: [{ pod }],
}: RejectedGroup): readonly { readonly name: string; readonly value?: string }[] {
  return template?.securityContext?.sysctls ?? pod.spec.securityContext?.sysctls ?? [];
}

function settingOf(group: RejectedGroup): readonly Evidence[] {
  const { owner, rejection } = group;
  const set = sysctlsOf(group);
  const index = set.findIndex(({ name }) => isSame(name, rejection.about));
  const entry = set[index];
  if (entry === undefined) return [];
  const path = `${podSpecPath(owner)}.securityContext.sysctls[${index}]`;
  return [fromSpec(owner, path, `${entry.name}=${entry.value ?? ''}`)];
}

/** The API takes both spellings. */
function isSame(a: string, b: string): boolean {
  return a.replaceAll('/', '.') === b.replaceAll('/', '.');
}

function removeFix(group: RejectedGroup): Fix {
  const { owner, rejection, template } = group;
  const index = (template?.securityContext?.sysctls ?? []).findIndex(({ name }) => isSame(name, rejection.about));
  const patch =
    index === -1
      ? []
      : templatePatch({ owner, template }, [{ op: 'remove', path: `/securityContext/sysctls/${index}` }]);
  return {
    summary: `Take the sysctl out of ${inWords(owner)}, if the program works without it`,
    steps: [`Remove it from ${podSpecPath(owner)}.securityContext.sysctls.`],
    commands: patch.length === 0 ? [kubectl(owner.namespace, 'get', kubectlName(owner), '-o', 'yaml')] : patch,
    effect: patch.length === 0 ? 'none' : 'change',
    where: 'cluster',
  };
}
