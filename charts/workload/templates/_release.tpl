{{/*
Everything that a release of an application consists of, as its values say. A chart has one template that includes this,
and says what is its own in two more: <chart>.variables, a list of variables, and <chart>.files, a map of files that are
then in /etc/moorline. Either may be empty.
Takes: root (the chart's context), component (what the release runs, such as api).
*/}}
{{- define "workload.release" -}}
{{- include "workload.check" . -}}
{{- range list "account" "config" "files" "secrets" "services" "versions" "autoscalers" "disruption" "network" "exposure" "migration" "observability" "test" }}
{{- with include (printf "workload.%s" .) $ | trim | trimPrefix "---" | trim }}
---
{{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{/* A release's own account. */}}
{{- define "workload.account" -}}
{{- include "workload.serviceAccount" (merge (dict "clientId" .root.Values.identity.clientId) .) -}}
{{- end -}}

{{/* Includes what a chart says of itself. Takes: root, hook (the name's end). */}}
{{- define "workload.own" -}}
{{- include (printf "%s.%s" .root.Chart.Name .hook) .root | trim -}}
{{- end -}}
