/** A certificate or key: a file (absolute path), or PEM that the kubeconfig holds. */
export type PemSource = { readonly file: string } | { readonly pem: string };

/** A context: which cluster, as which user. */
export interface KubeContext {
  readonly name: string;
  readonly cluster: string | undefined;
  readonly user: string | undefined;
  readonly namespace: string | undefined;
}

/** Where a cluster is and how to trust it. */
export interface KubeCluster {
  readonly name: string;
  readonly server: string | undefined;
  readonly tlsServerName: string | undefined;
  readonly insecure: boolean;
  readonly authority: PemSource | undefined;
  readonly proxyUrl: string | undefined;
  /** What the cluster has to say to credential plugins: its extension `client.authentication.k8s.io/exec`. */
  readonly execConfig: unknown;
}

/** A credential plugin: a program that prints an ExecCredential. */
export interface ExecPlugin {
  readonly apiVersion: string;
  /** Absolute if it was a path; else a name to look up on PATH. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly installHint: string | undefined;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: string | undefined;
}

/** Whom to act as, by the Impersonate headers. */
export interface Impersonation {
  readonly user: string | undefined;
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  readonly extra: ReadonlyMap<string, readonly string[]>;
}

/** A legacy authentication provider and its settings. */
export interface AuthProvider {
  readonly name: string;
  readonly config: ReadonlyMap<string, string>;
}

/** Who somebody is. */
export interface KubeUser {
  readonly name: string;
  /** The kubeconfig that it comes from. */
  readonly origin: string;
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly certificate: PemSource | undefined;
  readonly key: PemSource | undefined;
  readonly impersonation: Impersonation;
  readonly authProvider: AuthProvider | undefined;
  readonly exec: ExecPlugin | undefined;
}

/** What the kubeconfig files say together. */
export interface Kubeconfig {
  /** The files that were read, in order of precedence. */
  readonly files: readonly string[];
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, KubeContext>;
  readonly clusters: ReadonlyMap<string, KubeCluster>;
  readonly users: ReadonlyMap<string, KubeUser>;
}
