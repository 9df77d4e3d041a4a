import { templated } from './templated.ts';
import { manifestRule } from '@kroot/analyzers';
import { nearNames, podContainers } from '@kroot/graph';
import { CONFIDENCE, formatRef, type Analyzer } from '@kroot/types';
import { templatePath } from './template-path.ts';

const meta = manifestRule('manifest-probe-port');

/** Reports probes by port names that do not exist; in a cluster the kubelet says so. */
export const manifestProbePort: Analyzer = {
  meta,
  *analyze({ snapshot }) {
    for (const { object, ref, template } of templated(snapshot)) {
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
            cause: `The container declares ${declared(names)}, and the kubelet cannot run the probe, so the container never gets ready.`,
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
                    : `Write port: ${near[0]}, if that is meant, or declare a port "${port}".`,
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

function declared(names: readonly string[]): string {
  if (names.length === 0) return 'no named port';
  return `${names.length === 1 ? 'the port' : 'the ports'} ${names.map((name) => `"${name}"`).join(', ')}`;
}
