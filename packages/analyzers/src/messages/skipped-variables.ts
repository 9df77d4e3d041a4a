import { clip } from './clip.ts';

/** Keys of an envFrom source that the kubelet did not make variables of. */
export interface SkippedVariables {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly keys: readonly string[];
}

/** https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables) */
export function skippedVariables(text: string | undefined): SkippedVariables | undefined {
  const match =
    /Keys \[([^\]]{1,4000})\] from the EnvFrom (configMap|secret) (?:[a-z0-9-]{1,63}\/)?([a-z0-9.-]{1,253}) were skipped/i.exec(
      clip(text),
    );
  if (match?.[1] === undefined) return undefined;
  return {
    kind: (match[2] ?? '').toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap',
    name: match[3] ?? '',
    keys: match[1].split(/,\s*/).filter((key) => key !== ''),
  };
}
