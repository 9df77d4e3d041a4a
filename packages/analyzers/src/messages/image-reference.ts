/** The parts of an image name. */
export interface ImageReference {
  /** The registry that the container runtime asks: `docker.io` where the name has none. */
  readonly host: string;
  /** The name without registry, tag and digest; Docker Hub's `library/` is written out. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/**
 * Takes an image name apart as containerd and Docker do: the first part is a registry only if it holds a dot or a colon
 * or is `localhost` (https://github.com/distribution/reference/blob/main/normalize.go, splitDockerDomain).
 */
export function imageReference(image: string): ImageReference {
  const at = image.indexOf('@');
  const named = at === -1 ? image : image.slice(0, at);
  const slash = named.indexOf('/');
  const first = slash === -1 ? '' : named.slice(0, slash);
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost';
  const rest = isHost ? named.slice(slash + 1) : named;
  const colon = rest.lastIndexOf(':');
  const hasTag = colon !== -1 && !rest.slice(colon).includes('/');
  const repository = hasTag ? rest.slice(0, colon) : rest;
  const host = !isHost || first === 'index.docker.io' || first === 'registry-1.docker.io' ? 'docker.io' : first;
  return {
    host,
    repository: host === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository,
    ...(hasTag ? { tag: rest.slice(colon + 1) } : {}),
    ...(at === -1 ? {} : { digest: image.slice(at + 1) }),
  };
}

const LEFTOVERS: readonly (readonly [RegExp, string])[] = [
  [/\{\{|\}\}/, 'a template expression that nothing rendered'],
  [/\$\{|\$\(/, 'a variable that nothing replaced'],
  [/^map\[|[/:]map\[/, 'a whole mapping printed where a name belongs'],
  [/<no value>|<nil>|%!/, 'a template value that was not set'],
];

/** What is wrong with the text of an image name that no runtime can parse, in words. */
export function imageNameMistake(image: string): string {
  for (const [pattern, words] of LEFTOVERS) if (pattern.test(image)) return `holds ${words}`;
  if (image === '' || image.trim() === '') return 'is empty';
  if (/\s/.test(image)) return 'holds white space';
  if (/^https?:\/\//.test(image)) return 'begins with a URL scheme, which an image name never has';
  const { repository, tag } = imageReference(image);
  if (tag === '' || /[:/]$/.test(image)) return 'ends where a tag should follow';
  if (/[A-Z]/.test(repository)) return 'has capital letters in its repository, which registries do not allow';
  if (repository.includes(':')) return 'has more than one tag';
  return 'is no valid image name';
}
