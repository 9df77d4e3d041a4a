import {
  labelValue,
  memoize,
  podReferences,
  podState,
  presentObject,
  timeOf,
  topOwner,
  podsOf,
  type ContainerState,
  type PodReference,
  type PodState,
} from '@kroot/graph';
import { refKey, type ObjectMeta, type ResourceRef, type Snapshot } from '@kroot/types';

/** A pod that is held up, and a ConfigMap or Secret of its container whose content was edited around its start. */
export interface ConfigEdit {
  readonly target: ResourceRef;
  readonly pod: PodState;
  readonly state: ContainerState;
  readonly owner: ResourceRef;
  readonly reference: PodReference;
  readonly editedAt: string;
  readonly editor: string;
  /** The container's process is older than the edit. */
  readonly isOld: boolean;
  /** A ready pod of the same template whose process is on the other side of the edit. */
  readonly witness?: ResourceRef;
}

const PROCESS_STAGES: ReadonlySet<string> = new Set(['exit', 'readiness', 'startup']);
/** What came to be together with its object is no edit. */
const LATER = 60_000;

/** Held-up pods beside edits of what configures them, as the change clock tells. */
export const configEdits: (snapshot: Snapshot) => readonly ConfigEdit[] = memoize((snapshot) =>
  snapshot.list('Pod').flatMap((pod) => {
    const state = podState(snapshot, pod);
    const { culprit } = state;
    if (!state.blocked || culprit === undefined || !PROCESS_STAGES.has(state.stage)) return [];
    return ofContainer(pod, culprit).flatMap((reference) => editOf(snapshot, state, culprit, reference) ?? []);
  }),
);

/** What the container's process got at its start and keeps: variables, and files mounted by subPath. */
function ofContainer(pod: PodState['pod'], { name, container }: ContainerState): readonly PodReference[] {
  const bySubPath = new Set(
    (container.volumeMounts ?? [])
      .filter(({ subPath, subPathExpr }) => (subPath ?? subPathExpr) !== undefined)
      .map((mount) => mount.name),
  );
  const mounted = new Set((container.volumeMounts ?? []).map((mount) => mount.name));
  return podReferences(pod.spec, pod.metadata.namespace).filter(({ use, container: of, volume = '' }) => {
    if (use === 'env' || use === 'envFrom') return of === name;
    return (use === 'volume' || use === 'projected') && (bySubPath.has(volume) || mounted.has(volume));
  });
}

function editOf(
  snapshot: Snapshot,
  pod: PodState,
  state: ContainerState,
  reference: PodReference,
): ConfigEdit | undefined {
  const edit = lastEdit(presentObject(snapshot, reference.target)?.metadata);
  const started = timeOf(state.status?.state?.running?.startedAt ?? state.terminated?.startedAt);
  if (edit === undefined || started === undefined) return undefined;
  const isOld = started < edit.at;
  const owner = topOwner(snapshot, pod.pod);
  const witness = witnessOf(snapshot, owner, pod, state.name, edit.at, isOld);
  return {
    target: reference.target,
    pod,
    state,
    owner,
    reference,
    editedAt: new Date(edit.at).toISOString(),
    editor: edit.manager,
    isOld,
    ...(witness === undefined ? {} : { witness }),
  };
}

/** The newest change of the content after the object was made. */
function lastEdit(metadata: ObjectMeta | undefined): { readonly at: number; readonly manager: string } | undefined {
  const created = timeOf(metadata?.creationTimestamp) ?? 0;
  for (const { time, subresource, paths, manager } of metadata?.changes ?? []) {
    const at = timeOf(time);
    const content = paths.some((path) => path === 'data' || path === 'binaryData' || path === 'stringData');
    if (at !== undefined && subresource === undefined && content && at - created >= LATER) return { at, manager };
  }
  return undefined;
}

const HASH = 'pod-template-hash';

function witnessOf(
  snapshot: Snapshot,
  owner: ResourceRef,
  { ref: self, pod }: PodState,
  container: string,
  editedAt: number,
  isOld: boolean,
): ResourceRef | undefined {
  const hash = labelValue(pod.metadata.labels, HASH);
  return podsOf(snapshot, owner)
    .map((other) => podState(snapshot, other))
    .find((other) => {
      const running = other.containers.find(({ name }) => name === container)?.status?.state?.running?.startedAt;
      const started = timeOf(running);
      return (
        refKey(other.ref) !== refKey(self) &&
        other.stage === 'ready' &&
        labelValue(other.pod.metadata.labels, HASH) === hash &&
        started !== undefined &&
        started < editedAt !== isOld
      );
    })?.ref;
}
