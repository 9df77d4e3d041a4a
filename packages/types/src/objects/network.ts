import { type Condition, type IntOrString, type KubernetesObject, type LabelSelector, type StringMap } from './meta.ts';

/** One port of a Service. */
export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  /** `port` when absent; a name is looked up on each pod. */
  readonly targetPort?: IntOrString;
  readonly nodePort?: number;
  /** TCP when absent. */
  readonly protocol?: string;
  readonly appProtocol?: string;
}

/** A Service. An absent or empty selector means that nobody makes endpoints for it. */
export interface Service extends KubernetesObject {
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly externalName?: string;
    readonly selector?: StringMap;
    readonly ports?: readonly ServicePort[];
    readonly publishNotReadyAddresses?: boolean;
    readonly internalTrafficPolicy?: string;
    readonly externalTrafficPolicy?: string;
    readonly ipFamilies?: readonly string[];
    readonly loadBalancerClass?: string;
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly LoadBalancerIngress[] } };
}

/** An address that a load balancer gave. */
export interface LoadBalancerIngress {
  readonly ip?: string;
  readonly hostname?: string;
}

/** A pod (or other object) behind an endpoint. */
export interface TargetRef {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
}

/** A part of a Service's endpoints. The label kubernetes.io/service-name says whose. */
export interface EndpointSlice extends KubernetesObject {
  readonly addressType?: string;
  readonly endpoints?: readonly {
    readonly addresses?: readonly string[];
    /** An absent `ready` counts as true. */
    readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
    readonly targetRef?: TargetRef;
    readonly nodeName?: string;
    readonly zone?: string;
  }[];
  readonly ports?: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[];
}

/** The older form of a Service's endpoints, same name as the Service. */
export interface Endpoints extends KubernetesObject {
  readonly subsets?: readonly {
    readonly addresses?: readonly {
      readonly ip?: string;
      readonly nodeName?: string;
      readonly targetRef?: TargetRef;
    }[];
    readonly notReadyAddresses?: readonly {
      readonly ip?: string;
      readonly nodeName?: string;
      readonly targetRef?: TargetRef;
    }[];
    readonly ports?: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[];
  }[];
}

/** Where an Ingress sends requests. */
export interface IngressBackend {
  readonly service?: { readonly name: string; readonly port?: { readonly number?: number; readonly name?: string } };
  readonly resource?: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string };
}

/** An Ingress. */
export interface Ingress extends KubernetesObject {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: IngressBackend;
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: {
        readonly paths?: readonly {
          readonly path?: string;
          readonly pathType?: string;
          readonly backend: IngressBackend;
        }[];
      };
    }[];
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly LoadBalancerIngress[] } };
}

/** An IngressClass; the annotation ingressclass.kubernetes.io/is-default-class marks the default. */
export interface IngressClass extends KubernetesObject {
  readonly spec?: { readonly controller?: string };
}

/** Who may be the other end of a connection. Exactly one of ipBlock or the selectors. */
export interface NetworkPolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

/** A port on the destination pod. */
export interface NetworkPolicyPort {
  readonly protocol?: string;
  readonly port?: IntOrString;
  readonly endPort?: number;
}

/** A NetworkPolicy. Empty and absent lists differ: both must survive decoding. */
export interface NetworkPolicy extends KubernetesObject {
  readonly spec?: {
    readonly podSelector?: LabelSelector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly {
      readonly from?: readonly NetworkPolicyPeer[];
      readonly ports?: readonly NetworkPolicyPort[];
    }[];
    readonly egress?: readonly {
      readonly to?: readonly NetworkPolicyPeer[];
      readonly ports?: readonly NetworkPolicyPort[];
    }[];
  };
}

/** A Namespace. */
export interface Namespace extends KubernetesObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}
