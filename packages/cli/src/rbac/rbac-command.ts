import { builtinAnalyzers } from '@kroot/analyzers';
import { apiResource, kindsToRead, loadPlugins, type ApiResource } from '@kroot/cluster';
import { type Plugin } from '@kroot/types';
import { requireName } from '../dns-label.ts';
import { EXIT } from '../exit-codes.ts';
import { type Streams } from '../streams.ts';
import { rbacManifests } from './manifests.ts';
import { toYaml } from './to-yaml.ts';

/** Values of the options of `kroot rbac`. */
export interface RbacFlags {
  readonly namespace?: string | undefined;
  readonly secrets: boolean;
  readonly output: 'yaml' | 'json';
  readonly logs?: boolean | undefined;
  readonly plugin?: readonly string[] | undefined;
}

const DEFAULT_NAMESPACE = 'default';

/** Prints the permissions that the rules need, for `kubectl apply -f -`. */
export async function runRbac(flags: RbacFlags, streams: Streams): Promise<number> {
  if (flags.namespace !== undefined) requireName('--namespace', flags.namespace);
  const plugins = await loadPlugins(flags.plugin ?? [], streams.cwd);
  const { resources, unknown } = resourcesToRead(plugins, flags.secrets);
  for (const kind of unknown) {
    streams.stderr.write(
      `kroot: a plugin reads ${kind}, whose resource name is not known: add it to the role yourself\n`,
    );
  }
  const manifests = rbacManifests(resources, {
    namespace: flags.namespace,
    accountNamespace: flags.namespace ?? DEFAULT_NAMESPACE,
    logs: flags.logs,
  });
  streams.stdout.write(
    flags.output === 'json'
      ? `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }, null, 2)}\n`
      : `${header(flags)}${manifests.map((manifest) => toYaml(manifest)).join('---\n')}`,
  );
  return EXIT.ok;
}

/** What has to be readable, and kinds of plugins that nobody knows the plural of. */
export function resourcesToRead(
  plugins: readonly Plugin[],
  secrets: boolean,
): { readonly resources: readonly ApiResource[]; readonly unknown: readonly string[] } {
  const kinds = kindsToRead([...builtinAnalyzers, ...plugins.flatMap(({ analyzers }) => analyzers)]);
  const wanted = kinds.filter((kind) => secrets || kind !== 'Secret');
  const resources = wanted.map((kind) => apiResource(kind));
  return {
    resources: resources.filter((resource) => resource !== undefined),
    unknown: wanted.filter((_kind, index) => resources[index] === undefined),
  };
}

function header({ namespace, secrets }: RbacFlags): string {
  const where = namespace === undefined ? 'the whole cluster' : `namespace ${namespace}`;
  return [
    `# What kroot needs to read of ${where}: get and list, nothing else. Made by kroot rbac.`,
    '# Rules with "*" are for the conditions of whatever objects widespread controllers have; kroot works without them.',
    ...(secrets
      ? [
          '# Kubernetes cannot grant the names of Secrets without their values. kroot asks for names, types and key names only;',
          '# without this permission (--no-secrets) it relies on what the kubelet says about missing Secrets.',
        ]
      : []),
    '',
  ].join('\n');
}
