#!/usr/bin/env bash
# After a failure: what the cluster says of the environment's pods, where the reason nearly always stands. What failed
# is left as it is, so that it can be looked at; the next run's release takes its place.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [[ -z "${KUBECONFIG:-}" ]] || ! command -v kubectl >/dev/null; then
  warn 'The cluster was not reached, so nothing can be said of it: look at the first failed step.'
  exit 0
fi

namespace=${MOORLINE_NAMESPACE:?}
helm list --namespace "$namespace" || true
kubectl get pods --namespace "$namespace" --output wide || true
kubectl get pods --namespace "$namespace" --output json |
  node "$(dirname "${BASH_SOURCE[0]}")/explain-pods.mjs" || true
echo 'The latest warnings:'
kubectl get events --namespace "$namespace" --field-selector type=Warning --sort-by=.lastTimestamp | tail -20 || true
