import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** The folder with the binaries, or why they cannot be used. */
export type Assets = { readonly folder: string } | { readonly reason: string; readonly unset: boolean };

const CONTROL_PLANE = ['etcd', 'kube-apiserver'] as const;
const CONTROLLERS = ['kube-controller-manager', 'kube-scheduler', 'kwok'] as const;

/** Finds etcd and kube-apiserver where envtest puts them: https://book.kubebuilder.io/reference/envtest. */
export function controlPlaneAssets(env: NodeJS.ProcessEnv): Assets {
  return assetsWith(env, CONTROL_PLANE);
}

/** Finds also what makes and schedules pods, and plays the kubelets; envtest does not bring these. */
export function assetsWithControllers(env: NodeJS.ProcessEnv): Assets {
  return assetsWith(env, [...CONTROL_PLANE, ...CONTROLLERS]);
}

function assetsWith(env: NodeJS.ProcessEnv, names: readonly string[]): Assets {
  const folder = env['KUBEBUILDER_ASSETS'] ?? '';
  if (folder === '') {
    return { reason: 'KUBEBUILDER_ASSETS names no folder with etcd and kube-apiserver', unset: true };
  }
  const missing = names.filter((name) => !runnable(join(folder, name)));
  if (missing.length === 0) return { folder };
  return { reason: `${folder} (KUBEBUILDER_ASSETS) has no ${missing.join(', ')}`, unset: false };
}

function runnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
