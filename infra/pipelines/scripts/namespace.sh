#!/usr/bin/env bash
# Makes the environment's namespace, in which Kubernetes itself refuses pods that are not restricted.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need kubectl
kubectl apply -f - <<YAML
apiVersion: v1
kind: Namespace
metadata:
  name: ${MOORLINE_NAMESPACE:?}
  labels:
    moorline.dev/environment: ${MOORLINE_ENVIRONMENT:?}
    pod-security.kubernetes.io/enforce: restricted
    pod-security.kubernetes.io/enforce-version: latest
    pod-security.kubernetes.io/warn: restricted
    pod-security.kubernetes.io/warn-version: latest
YAML
