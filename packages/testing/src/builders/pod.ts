import { CREATED, object, type Builder, type Owner } from './builder.ts';

/** How a container ends. */
export interface Crash {
  readonly exitCode?: number;
  readonly reason?: string;
  readonly restarts?: number;
}

/** What a pod is made of. */
interface PodParts {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly image: string;
  readonly node: string | undefined;
  readonly env: readonly object[];
  readonly spec: object;
  readonly owner: Owner | undefined;
  readonly phase: string;
  readonly ready: boolean;
  readonly container: object;
}

const SINCE = '2026-11-20T11:00:00Z';
const FINISHED = '2026-11-20T11:58:00Z';

/** A pod with one container, `main`, that runs and is ready until something else is said. */
export interface PodBuilder extends Builder {
  label(key: string, value: string): PodBuilder;
  annotation(key: string, value: string): PodBuilder;
  image(image: string): PodBuilder;
  on(node: string): PodBuilder;
  /** Owned and run by a controller. */
  ownedBy(apiVersion: string, kind: string, name: string): PodBuilder;
  /** Takes a variable from a key of a Secret. */
  secretKey(secret: string, key: string): PodBuilder;
  /** Takes a variable from a key of a ConfigMap. */
  configKey(configMap: string, key: string): PodBuilder;
  /** More fields of the pod's spec. */
  spec(spec: object): PodBuilder;
  /** On no node yet. */
  pending(): PodBuilder;
  /** Runs, and its readiness probe fails. */
  notReady(): PodBuilder;
  /** Its container waits: `waiting('CreateContainerConfigError', 'secret "db" not found')`. */
  waiting(reason: string, message?: string): PodBuilder;
  /** Its container ends again and again; `message` is its last word, as a termination message. */
  crashLooping(message: string, how?: Crash): PodBuilder;
}

class RunningPod implements PodBuilder {
  private readonly parts: PodParts;

  constructor(parts: PodParts) {
    this.parts = parts;
  }

  label(key: string, value: string): PodBuilder {
    return this.with({ labels: { ...this.parts.labels, [key]: value } });
  }

  annotation(key: string, value: string): PodBuilder {
    return this.with({ annotations: { ...this.parts.annotations, [key]: value } });
  }

  image(image: string): PodBuilder {
    return this.with({ image });
  }

  on(node: string): PodBuilder {
    return this.with({ node });
  }

  ownedBy(apiVersion: string, kind: string, name: string): PodBuilder {
    return this.with({ owner: { apiVersion, kind, name } });
  }

  secretKey(secret: string, key: string): PodBuilder {
    const variable = { name: key.toUpperCase(), valueFrom: { secretKeyRef: { name: secret, key } } };
    return this.with({ env: [...this.parts.env, variable] });
  }

  configKey(configMap: string, key: string): PodBuilder {
    const variable = { name: key.toUpperCase(), valueFrom: { configMapKeyRef: { name: configMap, key } } };
    return this.with({ env: [...this.parts.env, variable] });
  }

  spec(spec: object): PodBuilder {
    return this.with({ spec: { ...this.parts.spec, ...spec } });
  }

  pending(): PodBuilder {
    return this.with({ phase: 'Pending', ready: false, node: undefined, container: {} });
  }

  notReady(): PodBuilder {
    return this.with({ ready: false, container: { state: { running: { startedAt: SINCE } } } });
  }

  waiting(reason: string, message = ''): PodBuilder {
    return this.with({
      phase: 'Pending',
      ready: false,
      container: { state: { waiting: { reason, ...(message !== '' && { message }) } } },
    });
  }

  crashLooping(message: string, how: Crash = {}): PodBuilder {
    const { exitCode = 1, reason = 'Error', restarts = 9 } = how;
    return this.with({
      phase: 'Running',
      ready: false,
      container: {
        restartCount: restarts,
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } },
        lastState: { terminated: { exitCode, reason, message, startedAt: SINCE, finishedAt: FINISHED } },
      },
    });
  }

  build(): object {
    const { name, namespace, labels, annotations, image, node, env, spec, owner } = this.parts;
    const meta = { name, namespace, labels, annotations, owner };
    return object('v1', 'Pod', meta, {
      spec: {
        serviceAccountName: 'default',
        restartPolicy: 'Always',
        ...(node !== undefined && { nodeName: node }),
        ...spec,
        containers: [{ name: 'main', image, ...(env.length > 0 && { env }) }],
      },
      status: this.status(),
    }).build();
  }

  private status(): object {
    const { image, phase, ready, container, node } = this.parts;
    const truth = ready ? 'True' : 'False';
    const started = node !== undefined || phase === 'Running';
    return {
      phase,
      startTime: CREATED,
      conditions: [
        condition('PodScheduled', started ? 'True' : 'False'),
        ...(started ? [condition('Ready', truth), condition('ContainersReady', truth)] : []),
      ],
      ...(started && {
        containerStatuses: [{ name: 'main', image, ready, restartCount: 0, ...container }],
      }),
    };
  }

  private with(change: Partial<PodParts>): PodBuilder {
    return new RunningPod({ ...this.parts, ...change });
  }
}

/** A pod that runs: `pod('web-0', 'shop').label('app', 'web').crashLooping('no database')`. */
export function pod(name: string, namespace = 'shop'): PodBuilder {
  return new RunningPod({
    name,
    namespace,
    labels: {},
    annotations: {},
    image: 'registry.example.com/app:1.0.0',
    node: 'worker-1',
    env: [],
    spec: {},
    owner: undefined,
    phase: 'Running',
    ready: true,
    container: { state: { running: { startedAt: SINCE } } },
  });
}

function condition(type: string, status: string): object {
  return { type, status, lastTransitionTime: SINCE };
}
