import { eventsOf, eventTime, groupBy, podState, refOf, timeOf, topOwner } from '@kroot/graph';
import {
  CONFIDENCE,
  refKey,
  type Analyzer,
  type Event,
  type Finding,
  type Ingress,
  type Pod,
  type Snapshot,
} from '@kroot/types';
import { fromEvent, fromSpec } from '../support/evidence.ts';
import { inWords, kubectl, kubectlName } from '../support/kubectl.ts';
import { optional } from '../support/optional.ts';
import { refsOfPods } from '../support/pods-on-node.ts';
import { inline } from '../support/words.ts';

const REASON = 'RELOAD';
const RECENT = 3_600_000;
const SNIPPET = /-snippets?$/;

/** Reports ingress-nginx controllers whose NGINX refuses its configuration. */
export const ingressNginxReloadFailed: Analyzer = {
  meta: {
    id: 'ingress-nginx-reload-failed',
    title: 'NGINX refuses the configuration made from the Ingresses',
    role: 'fault',
    severity: 'critical',
    reads: ['Pod', 'Event', 'Ingress', 'Deployment', 'DaemonSet', 'ReplicaSet'],
    breaks: ['route'],
    docs: {
      means:
        'One bad piece of configuration, mostly a snippet in an annotation, freezes all routes: NGINX keeps its last good configuration and no change to any Ingress arrives.',
      decides:
        'The newest RELOAD event of a controller pod is a failure. The Ingress whose snippet holds the directive that NGINX names is at fault, else the controller.',
      silent: 'When a later reload of the same pod worked, and for words that are older than an hour.',
      references: [
        'https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#server-snippet',
      ],
    },
  },
  *analyze({ snapshot }) {
    const failing = snapshot.list('Pod').flatMap((pod) => {
      const event = failedReload(snapshot, pod);
      return event === undefined ? [] : [{ pod, event }];
    });
    for (const group of groupBy(failing, ({ pod }) => refKey(topOwner(snapshot, pod))).values()) {
      const [first] = group;
      if (first !== undefined)
        yield finding(
          snapshot,
          group.map(({ pod }) => pod),
          first.event,
        );
    }
  },
};

function failedReload(snapshot: Snapshot, pod: Pod): Event | undefined {
  const event = eventsOf(snapshot, pod).find(({ reason }) => reason === REASON);
  const time = timeOf(event === undefined ? undefined : eventTime(event));
  const isOld = time !== undefined && snapshot.now.getTime() - time > RECENT;
  return event === undefined || event.type !== 'Warning' || isOld || podState(snapshot, pod).stage === 'terminating'
    ? undefined
    : event;
}

interface Culprit {
  readonly ingress: Ingress;
  readonly key: string;
  readonly value: string;
}

/** The one Ingress with a snippet that holds what NGINX complains of. */
function culpritOf(snapshot: Snapshot, message: string): Culprit | undefined {
  const named = [...message.matchAll(/"([A-Za-z_$][^"\n]{1,80})"/g)].map((match) => match[1] ?? '');
  const found = snapshot.list('Ingress').flatMap((ingress) =>
    Object.entries(ingress.metadata.annotations ?? {})
      .filter(([key, value]) => SNIPPET.test(key) && named.some((word) => value.includes(word)))
      .map(([key, value]): Culprit => ({ ingress, key, value })),
  );
  return new Set(found.map(({ ingress }) => ingress)).size === 1 ? found[0] : undefined;
}

function finding(snapshot: Snapshot, pods: readonly Pod[], event: Event): Finding {
  const message = event.message ?? '';
  const [pod] = pods;
  const owner = pod === undefined ? { group: '', kind: 'Pod', name: '' } : topOwner(snapshot, pod);
  const culprit = culpritOf(snapshot, message);
  const subject = culprit === undefined ? owner : refOf(culprit.ingress);
  const emerg = /\[emerg\][^\n]{0,300}/.exec(message)?.[0] ?? message;
  return {
    rule: ingressNginxReloadFailed.meta.id,
    subject,
    severity: 'critical',
    confidence: culprit === undefined ? CONFIDENCE.stated : CONFIDENCE.proved,
    ...optional('since', event.firstTimestamp),
    message:
      culprit === undefined
        ? `NGINX of ${inWords(owner)} refuses its configuration: no change to any Ingress arrives`
        : `A snippet of ${inWords(subject)} breaks the configuration of ${inWords(owner)}: no change to any Ingress arrives`,
    cause: `NGINX says "${inline(emerg)}"${culprit === undefined ? '' : `, which stands in annotation ${culprit.key} of ${inWords(subject)}`}.`,
    evidence: [
      fromEvent(event),
      ...(culprit === undefined ? [] : [fromSpec(subject, `metadata.annotations['${culprit.key}']`, culprit.value)]),
    ],
    affects: refsOfPods(pods),
    fixes: [
      {
        summary:
          culprit === undefined
            ? 'Find the Ingress or ConfigMap that was changed last and take the change back'
            : `Correct annotation ${culprit.key} of ${inWords(subject)}`,
        steps: ['The controller reloads by itself as soon as the configuration is good again.'],
        commands: [
          ...(culprit === undefined
            ? [kubectl(undefined, 'get', 'ingresses', '-A', '--sort-by=.metadata.creationTimestamp')]
            : [kubectl(subject.namespace, 'get', kubectlName(subject), '-o', 'yaml')]),
          kubectl(owner.namespace, 'logs', kubectlName(owner), '--tail=30'),
        ],
        effect: 'none',
        where: 'cluster',
      },
    ],
  };
}
