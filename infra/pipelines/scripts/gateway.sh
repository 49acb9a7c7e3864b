#!/usr/bin/env bash
# Makes what leads to the releases from outside, as far as it is missing: Envoy Gateway, and the Gateway that routes name. A
# cluster that has a Gateway of that name, of whatever class, keeps it as it is. Why Envoy: docs/decisions/0007.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need kubectl
class=envoy

# find NAME...: says what there is of something; fails only when the cluster cannot be asked.
find() {
  kubectl get "$@" --ignore-not-found --output name
}

definition=$(find customresourcedefinition gatewayclasses.gateway.networking.k8s.io)
found=${definition:+$(find gatewayclass "$class")}
if [[ -z "$found" ]]; then
  need helm
  echo "There is no class $class of the Gateway API: Envoy Gateway is installed."
  helm upgrade envoy-gateway oci://docker.io/envoyproxy/gateway-helm --install --version "${MOORLINE_ENVOY_GATEWAY:?}" \
    --namespace envoy-gateway-system --create-namespace --wait --timeout 5m
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
kubectl apply --filename - <<YAML
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: public
  namespace: gateways
spec:
  gatewayClassName: $class
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
