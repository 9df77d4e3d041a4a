import { nearNames, podContainers, workloads } from '@kroot/graph';
import { CONFIDENCE, formatRef, type Analyzer } from '@kroot/types';
import { manifestMeta } from './manifest-rule.ts';
import { templatePath } from './template-path.ts';

const meta = manifestMeta('manifest-probe-port', 'Probe asks for a port that is not declared', 'critical', {
  means: 'The kubelet cannot run the probe, so the container is never ready.',
  decides: 'A readiness or startup probe names a port, and the container declares none of that name.',
  silent: 'For ports by number, and for liveness probes alone: a probe that errors kills nothing.',
  references: ['https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/'],
});

/** Reports probes by port names that do not exist; in a cluster the kubelet says so. */
export const manifestProbePort: Analyzer = {
  meta,
  *analyze({ snapshot }) {
    for (const { object, ref, template } of workloads(snapshot)) {
      for (const { container, path } of podContainers(template.spec)) {
        const names = (container.ports ?? []).flatMap(({ name }) => name ?? []);
        for (const field of ['readinessProbe', 'startupProbe'] as const) {
          const handler = container[field]?.httpGet === undefined ? 'tcpSocket' : 'httpGet';
          const port = container[field]?.[handler]?.port;
          if (typeof port !== 'string' || /^\d+$/.test(port) || names.includes(port)) continue;
          const near = nearNames(port, names);
          yield {
            rule: meta.id,
            subject: ref,
            discriminator: `${container.name}/${field}`,
            severity: 'critical',
            confidence: CONFIDENCE.proved,
            message: `The ${field} of container "${container.name}" of ${formatRef(ref)} asks for port "${port}", which is not declared`,
            cause: `The container declares ${names.length === 0 ? 'no named ports' : names.join(', ')}.`,
            evidence: [
              {
                source: 'spec',
                ref,
                path: `${templatePath(object.kind)}${path}.${field}.${handler}.port`,
                quote: port,
              },
            ],
            fixes: [
              {
                summary:
                  near[0] === undefined
                    ? `Declare a port "${port}", or give the probe a number.`
                    : `Write port: ${near[0]}.`,
                steps: [],
                commands: [],
                effect: 'none',
                where: 'git',
              },
            ],
          };
        }
      }
    }
  },
};
