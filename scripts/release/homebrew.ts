import { artifactFor, type Release } from './table.ts';

/** Formula/kroot.rb for a tap: the archive as it is, run by the node of Homebrew. */
export function homebrewFormula(release: Release): string {
  const { url, sha256, folder } = artifactFor(release, 'darwin', 'linux');
  const { description, homepage, license, bin } = release.about;
  const scripts = Object.entries(bin).map(([command, path]) => [command, path.replace(/^\.\//, '')] as const);
  return [
    'class Kroot < Formula',
    '  include Language::Node::Shebang',
    '',
    `  desc ${JSON.stringify(description)}`,
    `  homepage ${JSON.stringify(homepage)}`,
    `  url ${JSON.stringify(url)}`,
    // Homebrew finds the version in the address; a name that it would not read must not go by unseen.
    ...(folder === `kroot-${release.version}` ? [] : [`  version ${JSON.stringify(release.version)}`]),
    `  sha256 ${JSON.stringify(sha256)}`,
    `  license ${JSON.stringify(license)}`,
    '',
    '  depends_on "node"',
    '',
    '  def install',
    '    libexec.install Dir["*"]',
    '    rm libexec.glob("*.cmd")',
    ...scripts.flatMap(([command, path]) => [
      `    rewrite_shebang detected_node_shebang, libexec/${JSON.stringify(path)}`,
      `    bin.install_symlink libexec/${JSON.stringify(path)} => ${JSON.stringify(command)}`,
    ]),
    '  end',
    '',
    '  test do',
    '    assert_match version.to_s, shell_output("#{bin}/kroot --version")',
    '    (testpath/"settings.yaml").write <<~YAML',
    '      apiVersion: v1',
    '      kind: ConfigMap',
    '      metadata:',
    '        name: settings',
    '        namespace: shop',
    '    YAML',
    '    assert_match "No problems found", shell_output("#{bin}/kroot diagnose cluster -f settings.yaml")',
    '  end',
    'end',
    '',
  ].join('\n');
}
