import { isFinished, podsOf, refOf, serviceEndpoints } from '@kroot/graph';
import {
  refKey,
  type AnalyzerContext,
  type EdgeView,
  type Pod,
  type ResourceRef,
  type Service,
  type ServicePort,
  type Snapshot,
} from '@kroot/types';
import { configMentions } from './config-mentions.ts';
import { inWords } from './kubectl.ts';
import { present } from './present.ts';
import { type Needer } from './needer.ts';

/**
 * Who would notice if a Service had no endpoints: routes, the API server, running programs whose settings name it, the
 * outside that it is published to. Strong ones first. The Service's own pods do not count.
 */
export function needersOf({ snapshot, graph }: AnalyzerContext, service: Service): readonly Needer[] {
  const subject = refOf(service);
  const own = new Set(serviceEndpoints(snapshot, service).workloads.map((target) => refKey(target)));
  const found: Needer[] = [];
  const seen = new Set<string>();
  const add = (needer: Needer): void => {
    const key = `${refKey(needer.ref)} ${needer.port ?? ''}`;
    if (seen.has(key) || own.has(refKey(needer.ref))) return;
    seen.add(key);
    found.push(needer);
  };
  for (const edge of graph.dependents(subject)) {
    const needer = fromEdge(snapshot, edge);
    if (needer !== undefined) add(needer);
  }
  const type = service.spec?.type;
  if (type === 'LoadBalancer' || type === 'NodePort') {
    add({
      ref: subject,
      strength: 'strong',
      words: `it is published outside the cluster (type ${type})`,
      path: 'spec.type',
      quote: type,
    });
  }
  for (const mention of configMentions(snapshot, subject)) add(mention);
  return [
    ...found.filter(({ strength }) => strength === 'strong'),
    ...found.filter(({ strength }) => strength !== 'strong'),
  ];
}

function fromEdge(snapshot: Snapshot, { relation, from, to, path, detail }: EdgeView): Needer | undefined {
  const port = detail?.startsWith('port ') === true ? detail.slice('port '.length) : undefined;
  const common = {
    ref: from,
    ...(path === undefined ? {} : { path }),
    ...(port === undefined ? {} : { port }),
    strength: 'strong' as const,
  };
  const at = port === undefined ? '' : `, port ${port}`;
  if (relation === 'routes-to')
    return { ...common, words: `${inWords(from)} routes to it${at}`, quote: `routes to it${at}` };
  if (relation === 'served-by') {
    if (mayFail(snapshot, from, to)) return undefined;
    return { ...common, words: `the API server calls it for ${inWords(from)}`, quote: `served by it${at}` };
  }
  if ((relation !== 'talks-to' && relation !== 'resolves-with') || !runs(snapshot, from)) return undefined;
  return relation === 'talks-to'
    ? { ...common, words: `${inWords(from)} talks to it${at}`, quote: `names it${at}` }
    : { ...common, words: `pods such as those of ${inWords(from)} resolve names with it`, quote: 'ClusterFirst' };
}

/** Whether webhooks, and only such that may fail (failurePolicy Ignore), are what a Service serves for a configuration. */
function mayFail(snapshot: Snapshot, from: ResourceRef, service: ResourceRef): boolean {
  if (from.kind !== 'MutatingWebhookConfiguration' && from.kind !== 'ValidatingWebhookConfiguration') return false;
  const webhooks = present(snapshot, from.kind, undefined, from.name)?.webhooks ?? [];
  const served = webhooks.filter(({ clientConfig }) => {
    const called = clientConfig?.service;
    return called?.name === service.name && called.namespace === service.namespace;
  });
  return served.length > 0 && served.every(({ failurePolicy }) => failurePolicy === 'Ignore');
}

/** Whether any pod of the workload is alive, ready or not. */
function runs(snapshot: Snapshot, owner: EdgeView['from']): boolean {
  if (owner.kind !== 'Pod') return podsOf(snapshot, owner).some((pod) => isAlive(pod));
  const pod = present(snapshot, 'Pod', owner.namespace, owner.name);
  return pod !== undefined && isAlive(pod);
}

function isAlive(pod: Pod): boolean {
  return !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Those who use a certain port of the Service, or do not say which. */
export function needersOfPort(needers: readonly Needer[], { port, name }: ServicePort): readonly Needer[] {
  return needers.filter((needer) => needer.port === undefined || needer.port === String(port) || needer.port === name);
}

/** Whether somebody surely needs it. */
export function isNeeded(needers: readonly Needer[]): boolean {
  return needers.some(({ strength }) => strength === 'strong');
}
