{{/* What is said after a release. Takes: root, component. */}}
{{- define "workload.notes" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $release := printf "%s --namespace %s" $root.Release.Name $root.Release.Namespace -}}
{{- range include "workload.tracks" . | fromYamlArray }}
{{ .name }} runs {{ .image }}: {{ if .scaled }}{{ $values.autoscaling.minReplicas }} to {{ $values.autoscaling.maxReplicas }} copies, as there is work{{ else }}{{ .replicas }} {{ eq (int .replicas) 1 | ternary "copy" "copies" }}{{ end }}
{{- if $values.strategy }}, {{ .weight }} % of the requests from outside{{ end }}.
{{- end }}
{{- if and $values.host (ne $values.exposure "none") }}
Open https://{{ $values.host }}{{ with $values.gateway }}{{ if eq $values.exposure "httpRoute" }}, routed by the Gateway {{ .name }}{{ with .namespace }} of {{ . }}{{ end }}{{ end }}{{ end }}
{{- else if $values.strategy }}
It is not reached from outside: set host, and exposure to httpRoute or ingress.
{{- end }}
Inside the cluster: http://{{ $root.Release.Name }}.{{ $root.Release.Namespace }}
Try it: helm test {{ $release }} --logs
{{- if hasPrefix "argoRollouts/" (include "workload.strategy" .) }}
Follow it: kubectl argo rollouts get rollout {{ $release }} --watch
Go back: kubectl argo rollouts undo {{ $release }}
{{- else }}
Go back: helm history {{ $release }}, then helm rollback {{ $root.Release.Name }} REVISION --namespace {{ $root.Release.Namespace }}
{{- end }}
{{- end -}}
