#!/usr/bin/env bash
# Removes the environment's releases, the last made first, and then their namespace with its disks and addresses.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need kubectl
namespace=${MOORLINE_NAMESPACE:?}
releases=$(helm list --namespace "$namespace" --short --date --reverse)
for release in $releases; do
  helm uninstall "$release" --namespace "$namespace" --wait --timeout 5m
done
kubectl delete namespace "$namespace" --ignore-not-found --timeout=5m
