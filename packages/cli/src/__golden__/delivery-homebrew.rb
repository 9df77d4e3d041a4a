class Kroot < Formula
  include Language::Node::Shebang

  desc "Finds out why a Kubernetes cluster is broken and what to fix first"
  homepage "https://github.com/kroot/kroot"
  url "https://github.com/kroot/kroot/releases/download/vVERSION/kroot-VERSION.tar.gz"
  sha256 "SHA256"
  license "MIT"

  depends_on "node"

  def install
    libexec.install Dir["*"]
    rm libexec.glob("*.cmd")
    rewrite_shebang detected_node_shebang, libexec/"dist/bin.js"
    bin.install_symlink libexec/"dist/bin.js" => "kroot"
    rewrite_shebang detected_node_shebang, libexec/"dist/kubectl-kroot.js"
    bin.install_symlink libexec/"dist/kubectl-kroot.js" => "kubectl-kroot"
    rewrite_shebang detected_node_shebang, libexec/"dist/kubectl-complete.js"
    bin.install_symlink libexec/"dist/kubectl-complete.js" => "kubectl_complete-kroot"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/kroot --version")
    (testpath/"settings.yaml").write <<~YAML
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: settings
        namespace: shop
    YAML
    assert_match "No problems found", shell_output("#{bin}/kroot diagnose cluster -f settings.yaml")
  end
end
