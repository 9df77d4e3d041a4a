import { CONFIDENCE, type Analyzer, type Finding, type Snapshot } from '@kroot/types';
import { nearNames } from '@kroot/graph';
import { lostRoutes, type LostRoute } from '../support/config-routes.ts';
import { computed, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { similarNames } from '../support/near-objects.ts';
import { doing, inline, listed } from '../support/words.ts';

/** Reports routes in the configuration of gateways and proxies of the cluster that lead nowhere. */
export const gatewayRouteMisconfigured: Analyzer = {
  meta: {
    id: 'gateway-route-misconfigured',
    title: 'Configuration of a gateway routes to nothing',
    role: 'fault',
    severity: 'warning',
    reads: ['ConfigMap', 'Service', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
    breaks: ['route', 'dependency'],
    docs: {
      means:
        'A gateway or proxy that runs in the cluster (nginx, an application gateway) sends a part of its requests to a Service or port that does not exist.',
      decides:
        'A ConfigMap that running pods mount holds addresses of at least two Services that exist, and one of a Service of the cluster that is proved not to exist, or with a port that the Service does not have.',
      silent:
        'For names outside of the cluster, comments, templates, ConfigMaps that nobody mounts, and files with fewer routes: there a name may mean something else.',
      references: ['https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/'],
    },
  },
  *analyze({ snapshot }) {
    const told = new Set<string>();
    for (const route of lostRoutes(snapshot)) {
      const key = `${route.config.namespace ?? ''}/${route.config.name}\n${keyOf(route)}`;
      if (told.has(key)) continue;
      told.add(key);
      yield finding(snapshot, route);
    }
  },
};

function keyOf({ service, port }: LostRoute): string {
  const host = `${service.name}.${service.namespace ?? ''}`;
  return port === undefined ? host : `${host}:${port}`;
}

function finding(snapshot: Snapshot, route: LostRoute): Finding {
  const { config, key, line, number, service, port, found, owners, others } = route;
  const names = snapshot.list('Service', service.namespace).map(({ metadata }) => metadata.name);
  const ports = (found?.spec?.ports ?? []).map((each) => String(each.port));
  const what =
    port === undefined
      ? `${inWords(service)}, which does not exist`
      : `port ${port} of ${inWords(service)}, which it does not have`;
  const [owner] = owners;
  const [best] = port === undefined ? nearNames(service.name, names) : ports.length === 1 ? ports : [];
  const notes = port === undefined ? similarNames(service, names) : [];
  return {
    rule: gatewayRouteMisconfigured.meta.id,
    subject: config,
    discriminator: keyOf(route),
    severity: 'warning',
    confidence: CONFIDENCE.strong,
    message: `${inWords(config)} routes to ${what}`,
    cause: `Line ${number} of ${key} in ${inWords(config)}, which ${doing(
      owners.map((each) => inWords(each)),
      'mounts',
      'mount',
    )}, is "${inline(line, 160)}"; ${port === undefined ? `namespace ${service.namespace ?? ''} has no Service ${service.name}` : `${inWords(service)} has only port ${listed(ports, 5)}`}.`,
    evidence: [
      fromSpec(config, `data['${key}']`, line),
      computed(
        service,
        port === undefined
          ? `not among the ${names.length} Services of namespace ${service.namespace ?? ''}`
          : `spec.ports: ${ports.join(', ')}`,
      ),
      computed(config, `other routes lead to ${listed(others, 4)}`),
    ],
    fixes: [
      {
        summary:
          best === undefined
            ? `Correct the route in ${inWords(config)}`
            : `Correct the route in ${inWords(config)} to ${port === undefined ? `Service ${best}` : `port ${best}`}`,
        steps: [
          `Change line ${number} of ${key}, and restart ${inWords(owner)}, unless it reads the file again by itself.`,
        ],
        commands: [
          kubectl(config.namespace, 'get', kubectlName(config), '-o', 'yaml'),
          kubectl(service.namespace, 'get', 'services'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
    ...(notes.length === 0 ? {} : { notes }),
  };
}
