// What kwok does with nodes and pods: https://kwok.sigs.k8s.io/docs/user/stages-configuration/. Nodes report ready, pods
// on them run and are ready at once, deleted pods go. Nothing pulls, probes or restarts.

const NODE_READY = `
conditions:
{{ range NodeConditions }}
- { type: {{ .type | Quote }}, status: {{ .status | Quote }}, reason: {{ .reason | Quote }}, message: {{ .message | Quote }}, lastHeartbeatTime: {{ Now | Quote }}, lastTransitionTime: {{ Now | Quote }} }
{{ end }}
addresses:
- { type: InternalIP, address: {{ NodeIP | Quote }} }
- { type: Hostname, address: {{ NodeName | Quote }} }
nodeInfo:
  architecture: amd64
  bootID: ""
  containerRuntimeVersion: kwok
  kernelVersion: kwok
  kubeProxyVersion: kwok
  kubeletVersion: kwok
  machineID: ""
  operatingSystem: linux
  osImage: ""
  systemUUID: ""
`;

const POD_READY = `
phase: Running
startTime: {{ Now | Quote }}
conditions:
{{ range list "PodReadyToStartContainers" "Initialized" "ContainersReady" "Ready" }}
- { type: {{ . | Quote }}, status: "True", lastTransitionTime: {{ Now | Quote }} }
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: {{ printf "%s@sha256:%064d" .image 1 | Quote }}
  containerID: {{ printf "containerd://%064d" 1 | Quote }}
  ready: true
  started: true
  restartCount: 0
  state: { running: { startedAt: {{ Now | Quote }} } }
{{ end }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs: [{ ip: {{ index . 0 | Quote }} }]
{{ end }}
{{ with PodIPsWith .spec.nodeName false ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
podIP: {{ index . 0 | Quote }}
podIPs: [{ ip: {{ index . 0 | Quote }} }]
{{ end }}
`;

const LIVING = { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' };

/** The configuration file of kwok; JSON documents, which are YAML too. */
export function kwokStages(): string {
  const ready = '.status.conditions.[] | select( .type == "Ready" ) | .status';
  const unready = { key: ready, operator: 'NotIn', values: ['True'] };
  const pending = { key: '.status.phase', operator: 'In', values: ['Pending'] };
  const deleted = { key: LIVING.key, operator: 'Exists' };
  const stages = [
    stage('node-ready', 'Node', [unready], { next: { statusTemplate: NODE_READY } }),
    stage('pod-ready', 'Pod', [LIVING, pending, unready], { next: { statusTemplate: POD_READY } }),
    stage('pod-delete', 'Pod', [deleted], { next: { delete: true } }),
  ];
  return stages.map((one) => JSON.stringify(one)).join('\n---\n');
}

function stage(name: string, kind: string, matchExpressions: readonly object[], rest: object): object {
  const resourceRef = { apiGroup: 'v1', kind };
  const spec = { resourceRef, selector: { matchExpressions }, ...rest };
  return { apiVersion: 'kwok.x-k8s.io/v1alpha1', kind: 'Stage', metadata: { name }, spec };
}
