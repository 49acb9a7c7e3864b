#!/usr/bin/env bash
# Makes what leads to the releases from outside, as far as it is missing: Envoy Gateway, and the Gateway that routes name, with
# the address that Terraform made for it (MOORLINE_GATEWAY, the stack's output `gateway`). A cluster that has a Gateway of that
# name, of whatever class, keeps it as it is. Why Envoy: docs/decisions/0007.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need kubectl
need node
class=envoy

# find NAME...: says what there is of something; fails only when the cluster cannot be asked.
find() {
  kubectl get "$@" --ignore-not-found --output name
}

# told NAME: what the stack says of it; nothing when it says nothing.
told() {
  node -p 'JSON.parse(process.env.MOORLINE_GATEWAY || "{}")[process.argv[1]] ?? ""' "$1"
}

controller=$(told controller)
if [[ "$controller" == alb-controller ]]; then
  warn 'Routes lead to the edge once its controller and a Gateway of its class are in the cluster: docs/guides/production.md tells how to make them.'
  exit 0
fi

definition=$(find customresourcedefinition gatewayclasses.gateway.networking.k8s.io)
found=${definition:+$(find gatewayclass "$class")}
if [[ -z "$found" ]]; then
  need helm
  echo "There is no class $class of the Gateway API: Envoy Gateway is installed."
  # Its proxies are in the namespace of the Gateway, from which releases let requests in.
  helm upgrade envoy-gateway oci://docker.io/envoyproxy/gateway-helm --install --version "${MOORLINE_ENVOY_GATEWAY:?}" \
    --namespace envoy-gateway-system --create-namespace --wait --timeout 5m \
    --set config.envoyGateway.provider.kubernetes.deploy.type=GatewayNamespace
  kubectl apply --filename - <<YAML
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: $class
spec:
  controllerName: gateway.envoyproxy.io/gatewayclass-controller
YAML
fi

kubectl apply --filename - <<YAML
apiVersion: v1
kind: Namespace
metadata:
  name: gateways
YAML
gateway=$(find gateway public --namespace gateways)
[[ -z "$gateway" ]] || exit 0

# Without an address of the stack's the load balancer gives it one.
infrastructure='{}'
address=$(told public_ip_name)
if [[ -n "$address" ]]; then
  infrastructure="{annotations: {service.beta.kubernetes.io/azure-pip-name: $address, service.beta.kubernetes.io/azure-load-balancer-resource-group: $(told resource_group_name)}}"
fi
kubectl apply --filename - <<YAML
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: public
  namespace: gateways
spec:
  gatewayClassName: $class
  infrastructure: $infrastructure
  listeners:
    - name: http
      port: 80
      protocol: HTTP
      allowedRoutes:
        namespaces:
          from: Selector
          selector:
            matchExpressions:
              - key: moorline.dev/environment
                operator: Exists
YAML
