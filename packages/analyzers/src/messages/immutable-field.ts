/** What the API server refuses to change, as a delivery tool repeats it. */
export type RefusedChange =
  | { readonly kind: 'stateful-set'; readonly name: string; readonly words: string }
  | { readonly kind: 'claim-size'; readonly name: string; readonly words: string };

/**
 * Reads such words; undefined for others.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go (ValidateStatefulSetUpdate) and
 * plugin/pkg/admission/storage/persistentvolume/resize/admission.go
 */
export function refusedChange(message: string): RefusedChange | undefined {
  const text = message.slice(0, 8192);
  const set =
    /StatefulSet(?:\.apps)? "([^"\n]{1,253})" is invalid: spec: Forbidden: updates to statefulset spec for fields other than[^\n]{0,300}/.exec(
      text,
    );
  if (set !== null) return { kind: 'stateful-set', name: set[1] ?? '', words: set[0] };
  const claim =
    /persistentvolumeclaims "([^"\n]{1,253})" is forbidden: only dynamically provisioned pvc can be resized[^\n]{0,300}/.exec(
      text,
    );
  return claim === null ? undefined : { kind: 'claim-size', name: claim[1] ?? '', words: claim[0] };
}
