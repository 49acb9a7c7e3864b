#!/usr/bin/env bash
# After a failure: what the cluster says of the environment's pods, where the reason nearly always stands. What failed
# is left as it is, so that it can be looked at; the next run's release takes its place.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [[ -z "${KUBECONFIG:-}" ]] || ! command -v kubectl >/dev/null; then
  warn 'The cluster was not reached, so nothing can be said of it: look at the first failed step.'
  exit 0
fi

namespace=${MOORLINE_NAMESPACE:?}
helm list --namespace "$namespace" --all || true
kubectl get pods --namespace "$namespace" --output wide || true

# One line for each container that waits, in the words of Kubernetes.
kubectl get pods --namespace "$namespace" --output go-template='
{{- range $pod := .items -}}
{{- range .status.containerStatuses -}}
{{- with .state.waiting -}}
{{ $pod.metadata.name }}: {{ .reason }}{{ with .message }}: {{ . }}{{ end }}{{ "\n" }}
{{- end -}}
{{- end -}}
{{- end -}}' | while read -r line; do
  echo "##vso[task.logissue type=error]$line"
done || true

kubectl get events --namespace "$namespace" --field-selector type=Warning --sort-by=.lastTimestamp | tail -20 || true
