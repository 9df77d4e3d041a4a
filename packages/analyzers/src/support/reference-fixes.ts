import { type ServiceReference } from '@kroot/graph';
import { type Fix } from '@kroot/types';
import { fieldOf, type Client } from './clients.ts';
import { inWords, kubectl, kubectlName } from './kubectl.ts';

/** How to put another address where a reference stands. Without a value only the place is told. */
export function changeReference(client: Client, reference: ServiceReference, value: string | undefined): Fix {
  const { variable, container, configMap } = reference;
  const place = configMap === undefined ? fieldOf(client, reference.path) : inWords(configMap);
  if (value === undefined || variable === undefined || configMap !== undefined || client.ref.kind === 'Pod') {
    const target = configMap ?? client.ref;
    const to = value === undefined ? 'the Service that is meant' : value;
    return {
      summary: `Change ${reference.text} in ${place} to ${to}`,
      steps: [
        `The value stands in ${place}${variable === undefined ? '' : `, variable ${variable}`}; the pods of ${inWords(client.ref)} read it when they start.`,
      ],
      commands: [
        kubectl(target.namespace, 'get', kubectlName(target), '-o', 'yaml'),
        kubectl(client.namespace, 'get', 'services'),
      ],
      effect: 'none',
      where: 'cluster',
    };
  }
  return {
    summary: `Set ${variable} of ${inWords(client.ref)} to ${value}`,
    steps: [`Change ${place} from ${reference.text} to ${value}; the pods are made anew.`],
    commands: [
      kubectl(
        client.namespace,
        'set',
        'env',
        kubectlName(client.ref),
        `--containers=${container}`,
        `${variable}=${value}`,
      ),
    ],
    effect: 'change',
    where: 'cluster',
  };
}

/** Looks at what the namespace has. */
export function lookAtServices(namespace: string, what: string): Fix {
  return {
    summary: `See which Services namespace ${namespace} has`,
    steps: [what],
    commands: [kubectl(namespace, 'get', 'services')],
    effect: 'none',
    where: 'cluster',
  };
}
