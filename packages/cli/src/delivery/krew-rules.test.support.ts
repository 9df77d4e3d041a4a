/** A plugin of krew, as far as its rules look at it. */
export interface KrewPlugin {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly spec?: {
    readonly version?: string;
    readonly homepage?: string;
    readonly shortDescription?: string;
    readonly description?: string;
    readonly platforms?: readonly KrewPlatform[];
  };
}

interface KrewPlatform {
  readonly uri?: string;
  readonly sha256?: string;
  readonly bin?: string;
  readonly files?: readonly unknown[];
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

/** What krew would refuse: the rules of internal/index/validation/validate.go, and of its guide for plugins. */
export function krewProblems(file: string, plugin: KrewPlugin): readonly string[] {
  const { apiVersion, kind, metadata, spec } = plugin;
  const says = (isWrong: boolean, problem: string): readonly string[] => (isWrong ? [problem] : []);
  return [
    ...says(apiVersion !== 'krew.googlecontainertools.github.com/v1alpha2', 'apiVersion is not supported'),
    ...says(kind !== 'Plugin', 'kind is not Plugin'),
    ...says(!/^[\w-]+$/.test(metadata?.name ?? ''), 'the name is not allowed'),
    ...says(`${metadata?.name}.yaml` !== file, 'the name is not that of the file'),
    ...says(!/^v\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(spec?.version ?? ''), 'the version is none, or lacks its v'),
    ...says(!/^[^\r\n]{1,80}$/.test(spec?.shortDescription ?? ''), 'the short description is not one short line'),
    ...says(spec?.homepage?.startsWith('https://') !== true, 'there is no homepage'),
    ...says((spec?.platforms ?? []).length === 0, 'there is no platform'),
    ...(spec?.platforms ?? []).flatMap(({ uri = '', sha256 = '', bin = '', files, selector }) => {
      const labels = selector?.matchLabels ?? {};
      return [
        ...says(!/^https:\/\/\S+\.(?:zip|tar\.gz)$/.test(uri), 'uri is no archive'),
        ...says(!/^[a-f0-9]{64}$/.test(sha256), 'sha256 is none'),
        ...says(!/^\w[\w./-]*$/.test(bin) || bin.split('/').includes('..'), 'bin is no path in the archive'),
        ...says(labels['os'] === 'windows' && !bin.endsWith('.exe'), 'bin is no .exe on Windows'),
        ...says(files !== undefined && files.length === 0, 'files is empty'),
        ...says(Object.keys(labels).toSorted().join() !== 'arch,os', 'the selector does not name os and arch alone'),
      ];
    }),
  ];
}
