#!/bin/sh
# What kroot looks at, collected with kubectl alone. Made by kroot capture --print-script.
#
#   sh capture.sh > cluster.json        (more arguments go to kubectl: sh capture.sh --context=prod-eu1)
#   kroot diagnose cluster -f cluster.json
#
# Values of Secrets are not written. ConfigMaps and variables are written as they are: kroot capture hides what looks like
# a credential in them, this does not.
set -u
umask 077
page=$(mktemp) && errors=$(mktemp) || exit 2
trap 'rm -f "$page" "$errors"' EXIT
trap 'exit 130' INT TERM
failed=0

# kubectl prints an empty list when it may not list: nothing is written then. $1: what a list of all there is calls itself,
# which proves that there is no other object of the kind; "List" proves nothing.
get() {
  list=$1; shift
  if kubectl get "$@" < /dev/null > "$page" 2> "$errors"; then
    sed "s/^    \"kind\": \"List\"/    \"kind\": \"$list\"/" "$page"
  elif ! grep -q "the server doesn't have a resource type" "$errors"; then
    cat "$errors" >&2; failed=1
  fi
}

printf '{"apiVersion":"v1","kind":"List","metadata":{"annotations":{"captured-at":"%s"}},"items":[]}\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"

get APIServiceList apiservices.apiregistration.k8s.io -o json "$@"
get List adminnetworkpolicies.policy.networking.k8s.io -o json "$@"
get List applications.argoproj.io --all-namespaces -o json "$@"
get List authorizationpolicies.security.istio.io --all-namespaces -o json "$@"
get List backendtlspolicies.gateway.networking.k8s.io --all-namespaces -o json "$@"
get List baselineadminnetworkpolicies.policy.networking.k8s.io -o json "$@"
get List buckets.source.toolkit.fluxcd.io --all-namespaces -o json "$@"
get CSIDriverList csidrivers.storage.k8s.io -o json "$@"
get CSINodeList csinodes.storage.k8s.io -o json "$@"
get CSIStorageCapacityList csistoragecapacities.storage.k8s.io --all-namespaces -o json "$@"
get List certificates.cert-manager.io --all-namespaces -o json "$@"
get List certificaterequests.cert-manager.io --all-namespaces -o json "$@"
get CertificateSigningRequestList certificatesigningrequests.certificates.k8s.io -o json "$@"
get List challenges.acme.cert-manager.io --all-namespaces -o json "$@"
get List ciliumclusterwidenetworkpolicies.cilium.io -o json "$@"
get List ciliumnetworkpolicies.cilium.io --all-namespaces -o json "$@"
get List clusterissuers.cert-manager.io -o json "$@"
get List clusternetworkpolicies.crd.antrea.io -o json "$@"
get List clusternetworkpolicies.policy.networking.k8s.io -o json "$@"
get ClusterRoleList clusterroles.rbac.authorization.k8s.io -o json "$@"
get ClusterRoleBindingList clusterrolebindings.rbac.authorization.k8s.io -o json "$@"
get List clustersecretstores.external-secrets.io -o json "$@"
get List clustertriggerauthentications.keda.sh -o json "$@"
get ConfigMapList configmaps --all-namespaces -o json "$@"
get CronJobList cronjobs.batch --all-namespaces -o json "$@"
get CustomResourceDefinitionList customresourcedefinitions.apiextensions.k8s.io -o json "$@"
get DaemonSetList daemonsets.apps --all-namespaces -o json "$@"
get DeploymentList deployments.apps --all-namespaces -o json "$@"
get List destinationrules.networking.istio.io --all-namespaces -o json "$@"
get List deviceclasses.resource.k8s.io -o json "$@"
get EndpointSliceList endpointslices.discovery.k8s.io --all-namespaces -o json "$@"
get EndpointsList endpoints --all-namespaces -o json "$@"
get EventList events --all-namespaces -o json "$@"
get List externalsecrets.external-secrets.io --all-namespaces -o json "$@"
get List grpcroutes.gateway.networking.k8s.io --all-namespaces -o json "$@"
get List gateways.gateway.networking.k8s.io --all-namespaces -o json "$@"
get List gatewayclasses.gateway.networking.k8s.io -o json "$@"
get List gitrepositories.source.toolkit.fluxcd.io --all-namespaces -o json "$@"
get List globalnetworkpolicies.crd.projectcalico.org -o json "$@"
get List globalnetworkpolicies.projectcalico.org -o json "$@"
get List httproutes.gateway.networking.k8s.io --all-namespaces -o json "$@"
get List httpscaledobjects.http.keda.sh --all-namespaces -o json "$@"
get List helmcharts.source.toolkit.fluxcd.io --all-namespaces -o json "$@"
get List helmreleases.helm.toolkit.fluxcd.io --all-namespaces -o json "$@"
get List helmrepositories.source.toolkit.fluxcd.io --all-namespaces -o json "$@"
get HorizontalPodAutoscalerList horizontalpodautoscalers.autoscaling --all-namespaces -o json "$@"
get List infisicalsecrets.secrets.infisical.com --all-namespaces -o json "$@"
get IngressList ingresses.networking.k8s.io --all-namespaces -o json "$@"
get IngressClassList ingressclasses.networking.k8s.io -o json "$@"
get List issuers.cert-manager.io --all-namespaces -o json "$@"
get JobList jobs.batch --all-namespaces -o json "$@"
get List kustomizations.kustomize.toolkit.fluxcd.io --all-namespaces -o json "$@"
get LeaseList leases.coordination.k8s.io --all-namespaces -o json "$@"
get LimitRangeList limitranges --all-namespaces -o json "$@"
get MutatingWebhookConfigurationList mutatingwebhookconfigurations.admissionregistration.k8s.io -o json "$@"
get NamespaceList namespaces -o json "$@"
get NetworkPolicyList networkpolicies.networking.k8s.io --all-namespaces -o json "$@"
get List networkpolicies.crd.antrea.io --all-namespaces -o json "$@"
get List networkpolicies.crd.projectcalico.org --all-namespaces -o json "$@"
get List networkpolicies.projectcalico.org --all-namespaces -o json "$@"
get NodeList nodes -o json "$@"
get List nodeclaims.karpenter.sh -o json "$@"
get List nodepools.karpenter.sh -o json "$@"
get List ocirepositories.source.toolkit.fluxcd.io --all-namespaces -o json "$@"
get List onepassworditems.onepassword.com --all-namespaces -o json "$@"
get List orders.acme.cert-manager.io --all-namespaces -o json "$@"
get List peerauthentications.security.istio.io --all-namespaces -o json "$@"
get PersistentVolumeList persistentvolumes -o json "$@"
get PersistentVolumeClaimList persistentvolumeclaims --all-namespaces -o json "$@"
get PodList pods --all-namespaces -o json "$@"
get PodDisruptionBudgetList poddisruptionbudgets.policy --all-namespaces -o json "$@"
get PriorityClassList priorityclasses.scheduling.k8s.io -o json "$@"
get List referencegrants.gateway.networking.k8s.io --all-namespaces -o json "$@"
get ReplicaSetList replicasets.apps --all-namespaces -o json "$@"
get ReplicationControllerList replicationcontrollers --all-namespaces -o json "$@"
get List resourceclaims.resource.k8s.io --all-namespaces -o json "$@"
get ResourceQuotaList resourcequotas --all-namespaces -o json "$@"
get List resourceslices.resource.k8s.io -o json "$@"
get RoleList roles.rbac.authorization.k8s.io --all-namespaces -o json "$@"
get RoleBindingList rolebindings.rbac.authorization.k8s.io --all-namespaces -o json "$@"
get List routes.route.openshift.io --all-namespaces -o json "$@"
get RuntimeClassList runtimeclasses.node.k8s.io -o json "$@"
get List scaledobjects.keda.sh --all-namespaces -o json "$@"
get List sealedsecrets.bitnami.com --all-namespaces -o json "$@"
get SecretList secrets --all-namespaces -o go-template='{"apiVersion":"v1","kind":"SecretList","items":[{{range $i, $secret := .items}}{{if $i}},{{end}}{"apiVersion":"v1","kind":"Secret","metadata":{"namespace":{{printf "%q" $secret.metadata.namespace}},"name":{{printf "%q" $secret.metadata.name}}},"type":{{printf "%q" $secret.type}},"data":{ {{$first := true}}{{range $key, $value := $secret.data}}{{if not $first}},{{end}}{{$first = false}}{{printf "%q" $key}}:null{{end}}}}{{end}}]}{{"\n"}}' "$@"
get List secretproviderclasses.secrets-store.csi.x-k8s.io --all-namespaces -o json "$@"
get List secretstores.external-secrets.io --all-namespaces -o json "$@"
get ServiceList services --all-namespaces -o json "$@"
get ServiceAccountList serviceaccounts --all-namespaces -o json "$@"
get List serviceentries.networking.istio.io --all-namespaces -o json "$@"
get StatefulSetList statefulsets.apps --all-namespaces -o json "$@"
get StorageClassList storageclasses.storage.k8s.io -o json "$@"
get List tcproutes.gateway.networking.k8s.io --all-namespaces -o json "$@"
get List tlsroutes.gateway.networking.k8s.io --all-namespaces -o json "$@"
get List triggerauthentications.keda.sh --all-namespaces -o json "$@"
get List udproutes.gateway.networking.k8s.io --all-namespaces -o json "$@"
get ValidatingAdmissionPolicyList validatingadmissionpolicies.admissionregistration.k8s.io -o json "$@"
get ValidatingAdmissionPolicyBindingList validatingadmissionpolicybindings.admissionregistration.k8s.io -o json "$@"
get ValidatingWebhookConfigurationList validatingwebhookconfigurations.admissionregistration.k8s.io -o json "$@"
get List vaultdynamicsecrets.secrets.hashicorp.com --all-namespaces -o json "$@"
get List vaultstaticsecrets.secrets.hashicorp.com --all-namespaces -o json "$@"
get List verticalpodautoscalers.autoscaling.k8s.io --all-namespaces -o json "$@"
get List virtualservices.networking.istio.io --all-namespaces -o json "$@"
get VolumeAttachmentList volumeattachments.storage.k8s.io -o json "$@"
get List volumesnapshots.snapshot.storage.k8s.io --all-namespaces -o json "$@"
get List volumesnapshotclasses.snapshot.storage.k8s.io -o json "$@"

exit "$failed"
