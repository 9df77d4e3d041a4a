/** What kroot knows of a kubectl command: what it does to the cluster and which flags it takes. */
export interface KubectlVerb {
  /** `look`: changes nothing. `change`: what it changes follows from its words. `hand`: what it changes is up to a person. */
  readonly does: 'look' | 'change' | 'hand';
  /** By long name; true where a value follows. */
  readonly flags: ReadonlyMap<string, boolean>;
}

/** The commands that repairs may use, one a line: what it does, its words, and its flags; `=` marks those with a value. */
const TABLE = `
look get :: output= selector= all-namespaces field-selector= sort-by= label-columns= show-labels show-managed-fields ignore-not-found watch
look describe :: selector= all-namespaces
look logs :: container= previous tail= all-containers since= selector= timestamps
look events :: for= all-namespaces types=
look explain ::
look api-resources :: api-group= namespaced=
look top pods :: all-namespaces sort-by= containers selector=
look top pod :: all-namespaces sort-by= containers selector=
look top nodes :: sort-by=
look top node :: sort-by=
look auth can-i :: as= all-namespaces
look rollout status :: timeout= revision=
look rollout history :: revision=
look exec :: container= stdin tty
look version ::
look wait :: for= timeout= selector=
hand edit ::
hand drain :: ignore-daemonsets delete-emptydir-data force grace-period= timeout=
change apply :: filename= server-side force-conflicts
change create secret generic :: from-literal= from-file= type=
change create secret docker-registry :: docker-server= docker-username= docker-password= docker-email=
change create secret tls :: cert= key=
change create configmap :: from-literal= from-file=
change create serviceaccount ::
change create job :: from= image=
change create namespace ::
change create priorityclass :: value= description= global-default
change create role :: verb= resource= resource-name=
change create clusterrole :: verb= resource= resource-name=
change create rolebinding :: role= clusterrole= serviceaccount= user= group=
change create clusterrolebinding :: clusterrole= serviceaccount= user= group=
change patch :: type= patch= subresource=
change set image ::
change set env :: containers=
change set resources :: containers= requests= limits=
change set serviceaccount ::
change scale :: replicas= current-replicas=
change label :: overwrite
change annotate :: overwrite
change taint :: overwrite
change cordon ::
change uncordon ::
change delete :: force grace-period= ignore-not-found wait= cascade= now
change rollout undo :: to-revision=
change rollout restart ::
change rollout resume ::
change certificate approve ::
`;

/** Flags that stand for others. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['A', 'all-namespaces'],
  ['L', 'label-columns'],
  ['c', 'container'],
  ['f', 'filename'],
  ['i', 'stdin'],
  ['l', 'selector'],
  ['n', 'namespace'],
  ['o', 'output'],
  ['p', 'patch'],
  ['t', 'tty'],
  ['w', 'watch'],
]);

/** Flags of every command. */
const COMMON: readonly (readonly [string, boolean])[] = [
  ['namespace', true],
  ['context', true],
  ['dry-run', true],
];

const VERBS: ReadonlyMap<string, KubectlVerb> = new Map(
  TABLE.trim()
    .split('\n')
    .map((line) => {
      const [head = '', tail = ''] = line.split(' ::');
      const [does, ...words] = head.split(' ');
      const flags = tail.split(' ').filter((flag) => flag !== '');
      const named = flags.map((flag) => [flag.replace(/=$/, ''), flag.endsWith('=')] as const);
      return [words.join(' '), { does: doesOf(does), flags: new Map([...COMMON, ...named]) }];
    }),
);

function doesOf(word: string | undefined): KubectlVerb['does'] {
  return word === 'look' || word === 'hand' ? word : 'change';
}

/** The command that the first words mean, and how many words that takes; undefined for one that repairs may not use. */
export function verbOf(words: readonly string[]): { readonly name: string; readonly verb: KubectlVerb } | undefined {
  for (const length of [3, 2, 1]) {
    const name = words.slice(0, length).join(' ');
    const verb = VERBS.get(name);
    if (verb !== undefined && words.length >= length) return { name, verb };
  }
  return undefined;
}

/** The long name of a flag; `set resources -c` and `-c` of other commands differ. */
export function longFlag(verb: KubectlVerb, flag: string): string {
  const long = SHORT.get(flag) ?? flag;
  return long === 'container' && verb.flags.has('containers') ? 'containers' : long;
}
