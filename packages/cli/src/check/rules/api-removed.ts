import { type Manifest } from '@kroot/cluster';
import { CONFIDENCE, formatRef, type Analyzer, type Finding } from '@kroot/types';
import { manifestMeta } from './manifest-rule.ts';
import { removedApi, type RemovedApi } from './removed-apis.ts';

const REFERENCE = 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/';

/** Reports manifests of API versions that Kubernetes does not serve any more; `server` is the cluster's version, if known. */
export function manifestApiRemoved(manifests: readonly Manifest[], server?: string): Analyzer {
  const meta = manifestMeta('manifest-api-removed', 'API version is no longer served', 'critical', {
    means: 'The API server refuses the manifest: it does not know this version of the API any more.',
    decides:
      "The deprecation guide says in which version it was removed; against a cluster, that cluster's version counts.",
    silent: 'For versions that are only deprecated, and where the cluster is older than the removal.',
    references: [REFERENCE],
  });
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
