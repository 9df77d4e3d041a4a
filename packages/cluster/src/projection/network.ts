import {
  type EndpointSlice,
  type Endpoints,
  type Ingress,
  type IngressBackend,
  type IngressClass,
  type LoadBalancerIngress,
  type Namespace,
  type NetworkPolicy,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
  type Service,
  type TargetRef,
} from '@kroot/types';
import { condition, labelSelector } from './common.ts';
import { type BodyOf, must, type FieldsOf } from './schema.ts';

const loadBalancerIngress: FieldsOf<LoadBalancerIngress> = { ip: 'string', hostname: 'string' };
const targetRef: FieldsOf<TargetRef> = { kind: 'string', name: 'string', namespace: 'string', uid: 'string' };
const endpointPort = { name: 'string', port: 'number', protocol: 'string' } as const;

/** A Service. */
export const service: BodyOf<Service> = {
  spec: {
    type: 'string',
    clusterIP: 'string',
    clusterIPs: ['string'],
    externalName: 'string',
    selector: 'strings',
    ports: [
      {
        name: 'string',
        port: 'number!',
        targetPort: 'int-or-string',
        nodePort: 'number',
        protocol: 'string',
        appProtocol: 'string',
      },
    ],
    publishNotReadyAddresses: 'boolean',
    internalTrafficPolicy: 'string',
    externalTrafficPolicy: 'string',
    ipFamilies: ['string'],
    loadBalancerClass: 'string',
  },
  status: { loadBalancer: { ingress: [loadBalancerIngress] } },
};

/** An EndpointSlice. */
export const endpointSlice: BodyOf<EndpointSlice> = {
  addressType: 'string',
  endpoints: [
    {
      addresses: ['string'],
      conditions: { ready: 'boolean', serving: 'boolean', terminating: 'boolean' },
      targetRef,
      nodeName: 'string',
      zone: 'string',
    },
  ],
  ports: [endpointPort],
};

const endpointAddress = { ip: 'string', nodeName: 'string', targetRef } as const;

/** Endpoints. */
export const endpoints: BodyOf<Endpoints> = {
  subsets: [{ addresses: [endpointAddress], notReadyAddresses: [endpointAddress], ports: [endpointPort] }],
};

const ingressBackend: FieldsOf<IngressBackend> = {
  service: { name: 'string!', port: { number: 'number', name: 'string' } },
  resource: { apiGroup: 'string', kind: 'string', name: 'string' },
};

/** An Ingress. */
export const ingress: BodyOf<Ingress> = {
  spec: {
    ingressClassName: 'string',
    defaultBackend: ingressBackend,
    rules: [
      { host: 'string', http: { paths: [{ path: 'string', pathType: 'string', backend: must(ingressBackend) }] } },
    ],
    tls: [{ hosts: ['string'], secretName: 'string' }],
  },
  status: { loadBalancer: { ingress: [loadBalancerIngress] } },
};

/** An IngressClass. */
export const ingressClass: BodyOf<IngressClass> = { spec: { controller: 'string' } };

const peer: FieldsOf<NetworkPolicyPeer> = {
  podSelector: labelSelector,
  namespaceSelector: labelSelector,
  ipBlock: { cidr: 'string!', except: ['string'] },
};

const policyPort: FieldsOf<NetworkPolicyPort> = {
  protocol: 'string',
  port: 'int-or-string',
  endPort: 'number',
};

/** A NetworkPolicy. */
export const networkPolicy: BodyOf<NetworkPolicy> = {
  spec: {
    podSelector: labelSelector,
    policyTypes: ['string'],
    ingress: [{ from: [peer], ports: [policyPort] }],
    egress: [{ to: [peer], ports: [policyPort] }],
  },
};

/** A Namespace. */
export const namespace: BodyOf<Namespace> = {
  spec: { finalizers: ['string'] },
  status: { phase: 'string', conditions: [condition] },
};
