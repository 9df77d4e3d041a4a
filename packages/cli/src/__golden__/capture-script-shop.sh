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
get List authorizationpolicies.security.istio.io --namespace=shop -o json "$@"
get List baselineadminnetworkpolicies.policy.networking.k8s.io -o json "$@"
get CSIDriverList csidrivers.storage.k8s.io -o json "$@"
get CSINodeList csinodes.storage.k8s.io -o json "$@"
get List certificates.cert-manager.io --namespace=shop -o json "$@"
get List ciliumclusterwidenetworkpolicies.cilium.io -o json "$@"
get List ciliumnetworkpolicies.cilium.io --namespace=shop -o json "$@"
get List clusterissuers.cert-manager.io -o json "$@"
get List clusternetworkpolicies.crd.antrea.io -o json "$@"
get List clusternetworkpolicies.policy.networking.k8s.io -o json "$@"
get ClusterRoleList clusterroles.rbac.authorization.k8s.io -o json "$@"
get ClusterRoleBindingList clusterrolebindings.rbac.authorization.k8s.io -o json "$@"
get List configmaps --namespace=shop -o json "$@"
get List cronjobs.batch --namespace=shop -o json "$@"
get CustomResourceDefinitionList customresourcedefinitions.apiextensions.k8s.io -o json "$@"
get List daemonsets.apps --namespace=shop -o json "$@"
get List deployments.apps --namespace=shop -o json "$@"
get List endpointslices.discovery.k8s.io --namespace=shop -o json "$@"
get List endpoints --namespace=shop -o json "$@"
get List events --namespace=shop -o json "$@"
get List externalsecrets.external-secrets.io --namespace=shop -o json "$@"
get List grpcroutes.gateway.networking.k8s.io --namespace=shop -o json "$@"
get List gateways.gateway.networking.k8s.io --namespace=shop -o json "$@"
get List gatewayclasses.gateway.networking.k8s.io -o json "$@"
get List globalnetworkpolicies.crd.projectcalico.org -o json "$@"
get List globalnetworkpolicies.projectcalico.org -o json "$@"
get List httproutes.gateway.networking.k8s.io --namespace=shop -o json "$@"
get List httpscaledobjects.http.keda.sh --namespace=shop -o json "$@"
get List horizontalpodautoscalers.autoscaling --namespace=shop -o json "$@"
get List infisicalsecrets.secrets.infisical.com --namespace=shop -o json "$@"
get List ingresses.networking.k8s.io --namespace=shop -o json "$@"
get IngressClassList ingressclasses.networking.k8s.io -o json "$@"
get List issuers.cert-manager.io --namespace=shop -o json "$@"
get List jobs.batch --namespace=shop -o json "$@"
get List leases.coordination.k8s.io --namespace=shop -o json "$@"
get List limitranges --namespace=shop -o json "$@"
get MutatingWebhookConfigurationList mutatingwebhookconfigurations.admissionregistration.k8s.io -o json "$@"
get NamespaceList namespaces -o json "$@"
get List networkpolicies.networking.k8s.io --namespace=shop -o json "$@"
get List networkpolicies.crd.antrea.io --namespace=shop -o json "$@"
get List networkpolicies.crd.projectcalico.org --namespace=shop -o json "$@"
get List networkpolicies.projectcalico.org --namespace=shop -o json "$@"
get NodeList nodes -o json "$@"
get List onepassworditems.onepassword.com --namespace=shop -o json "$@"
get PersistentVolumeList persistentvolumes -o json "$@"
get List persistentvolumeclaims --namespace=shop -o json "$@"
get List pods --namespace=shop -o json "$@"
get List poddisruptionbudgets.policy --namespace=shop -o json "$@"
get PriorityClassList priorityclasses.scheduling.k8s.io -o json "$@"
get List referencegrants.gateway.networking.k8s.io --namespace=shop -o json "$@"
get List replicasets.apps --namespace=shop -o json "$@"
get List replicationcontrollers --namespace=shop -o json "$@"
get List resourcequotas --namespace=shop -o json "$@"
get List roles.rbac.authorization.k8s.io --namespace=shop -o json "$@"
get List rolebindings.rbac.authorization.k8s.io --namespace=shop -o json "$@"
get List routes.route.openshift.io --namespace=shop -o json "$@"
get List scaledobjects.keda.sh --namespace=shop -o json "$@"
get List sealedsecrets.bitnami.com --namespace=shop -o json "$@"
get List secrets --namespace=shop -o go-template='{"apiVersion":"v1","kind":"List","items":[{{range $i, $secret := .items}}{{if $i}},{{end}}{"apiVersion":"v1","kind":"Secret","metadata":{"namespace":{{printf "%q" $secret.metadata.namespace}},"name":{{printf "%q" $secret.metadata.name}}},"type":{{printf "%q" $secret.type}},"data":{ {{$first := true}}{{range $key, $value := $secret.data}}{{if not $first}},{{end}}{{$first = false}}{{printf "%q" $key}}:null{{end}}}}{{end}}]}{{"\n"}}' "$@"
get List services --namespace=shop -o json "$@"
get List serviceaccounts --namespace=shop -o json "$@"
get List statefulsets.apps --namespace=shop -o json "$@"
get StorageClassList storageclasses.storage.k8s.io -o json "$@"
get List tcproutes.gateway.networking.k8s.io --namespace=shop -o json "$@"
get List tlsroutes.gateway.networking.k8s.io --namespace=shop -o json "$@"
get List udproutes.gateway.networking.k8s.io --namespace=shop -o json "$@"
get ValidatingAdmissionPolicyList validatingadmissionpolicies.admissionregistration.k8s.io -o json "$@"
get ValidatingAdmissionPolicyBindingList validatingadmissionpolicybindings.admissionregistration.k8s.io -o json "$@"
get ValidatingWebhookConfigurationList validatingwebhookconfigurations.admissionregistration.k8s.io -o json "$@"
get List vaultdynamicsecrets.secrets.hashicorp.com --namespace=shop -o json "$@"
get List vaultstaticsecrets.secrets.hashicorp.com --namespace=shop -o json "$@"
get VolumeAttachmentList volumeattachments.storage.k8s.io -o json "$@"
get List daemonsets.apps --namespace=kube-system -o json "$@"
get List daemonsets.apps --namespace=openshift-dns -o json "$@"
get List deployments.apps --namespace=kube-system -o json "$@"
get List deployments.apps --namespace=openshift-dns -o json "$@"
get List endpointslices.discovery.k8s.io --namespace=kube-system -o json "$@"
get List endpointslices.discovery.k8s.io --namespace=openshift-dns -o json "$@"
get List leases.coordination.k8s.io --namespace=kube-system -o json "$@"
get List leases.coordination.k8s.io --namespace=kube-node-lease -o json "$@"
get List pods --namespace=kube-system -o json "$@"
get List pods --namespace=openshift-dns -o json "$@"
get List replicasets.apps --namespace=kube-system -o json "$@"
get List replicasets.apps --namespace=openshift-dns -o json "$@"
get List services --namespace=kube-system -o json "$@"
get List services --namespace=openshift-dns -o json "$@"

exit "$failed"
