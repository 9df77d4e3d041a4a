/** A version as Kubernetes skew rules compare it. */
export interface MinorVersion {
  readonly major: number;
  readonly minor: number;
}

/** Reads `v1.34.2`, `v1.34.2-gke.100`, `v1.30.1+k3s1`; undefined for other texts. */
export function minorVersion(text: string | undefined): MinorVersion | undefined {
  const found = /^v?(\d{1,3})\.(\d{1,3})(?:[.+-]|$)/.exec(text ?? '');
  return found === null ? undefined : { major: Number(found[1]), minor: Number(found[2]) };
}
