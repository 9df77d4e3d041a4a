/** What a ProvisioningFailed message says. */
export type ProvisioningFailure =
  | { readonly kind: 'class-missing'; readonly storageClass: string }
  | {
      readonly kind: 'forbidden';
      readonly user: string;
      readonly verb: string;
      readonly resource: string;
      readonly group: string;
    }
  /** The driver tried and was refused; `code` is the gRPC code, if there is one. */
  | { readonly kind: 'backend'; readonly code?: string; readonly detail: string };

/**
 * Whether the volume controller says of a claim that no class serves it and no ready-made volume fits, in a FailedBinding
 * event. https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/volume/persistentvolume/pv_controller.go
 */
export function saysNoClassNoVolume(message: string): boolean {
  return message.includes('no persistent volumes available for this claim and no storage class is set');
}

/** Reads the message of a ProvisioningFailed event on a claim; undefined for other texts. */
export function readProvisioning(message: string): ProvisioningFailure | undefined {
  const text = message.slice(0, 8192);
  const missing = /storageclass\.storage\.k8s\.io "([^"]{1,253})" not found/.exec(text);
  if (missing !== null) return { kind: 'class-missing', storageClass: missing[1] ?? '' };
  const forbidden = /User "([^"]{1,600})" cannot (\w{1,40}) resource "([^"]{1,253})" in API group "([^"]{0,253})"/.exec(
    text,
  );
  if (forbidden !== null) {
    return {
      kind: 'forbidden',
      user: forbidden[1] ?? '',
      verb: forbidden[2] ?? '',
      resource: forbidden[3] ?? '',
      group: forbidden[4] ?? '',
    };
  }
  const code = /rpc error: code = (\w{1,40}) desc = ([^]{0,4000})/.exec(text);
  if (code !== null) return { kind: 'backend', code: code[1] ?? '', detail: code[2] ?? '' };
  if (
    /failed to provision volume with StorageClass|Volume provisioning failed|error generating accessibility requirements|[Ff]ailed to create provisioner/.test(
      text,
    )
  ) {
    return {
      kind: 'backend',
      detail: text.replace(/^failed to provision volume with StorageClass "[^"]{0,253}":\s*/, ''),
    };
  }
  return undefined;
}
