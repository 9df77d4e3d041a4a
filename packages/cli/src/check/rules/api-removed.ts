import { manifestRule } from '@kroot/analyzers';
import { type Manifest } from '@kroot/cluster';
import { CONFIDENCE, formatRef, type Analyzer, type Finding } from '@kroot/types';
import { removedApi, type RemovedApi } from './removed-apis.ts';

const REFERENCE = 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/';

/** Reports manifests of API versions that Kubernetes does not serve any more; `server` is the cluster's version, if known. */
export function manifestApiRemoved(manifests: readonly Manifest[], server?: string): Analyzer {
  const meta = manifestRule('manifest-api-removed');
  const minor = minorOf(server);
  return {
    meta,
    *analyze() {
      for (const manifest of manifests) {
        const removed = removedApi(manifest.apiVersion, manifest.kind);
        if (removed === undefined || (minor !== undefined && minor < removed.since)) continue;
        yield finding(meta.id, manifest, removed);
      }
    },
  };
}

function minorOf(version: string | undefined): number | undefined {
  const minor = /^v?1\.(?<minor>\d+)/.exec(version ?? '')?.groups?.['minor'];
  return minor === undefined ? undefined : Number(minor);
}

function finding(rule: string, { ref }: Manifest, { apiVersion, instead, since }: RemovedApi): Finding {
  const change =
    instead === undefined
      ? 'The feature is gone; remove the manifest.'
      : `Write apiVersion: ${instead}, and check the fields that changed with it.`;
  return {
    rule,
    subject: ref,
    discriminator: apiVersion,
    severity: 'critical',
    confidence: CONFIDENCE.proved,
    message: `${formatRef(ref)} uses ${apiVersion}, which Kubernetes 1.${since} removed`,
    cause: 'The API server does not know the version and refuses the manifest.',
    evidence: [{ source: 'spec', ref, path: 'apiVersion', quote: apiVersion }],
    fixes: [{ summary: change, steps: [REFERENCE], commands: [], effect: 'none', where: 'git' }],
  };
}
