{{/*
What watches a release: a PodMonitor, and rules and dashboards from the chart's files/alerts and files/dashboards, in
which SELECTOR stands for the labels of the release's metrics. Takes: root, component.
*/}}
{{- define "workload.observability" -}}
{{- $root := .root -}}
{{- $name := $root.Release.Name -}}
{{- $selector := printf "namespace=\"%s\",job=\"%s/%s\"" $root.Release.Namespace $root.Release.Namespace $name -}}
{{- with $root.Values.observability -}}
{{- if (.metrics | default dict).enabled }}
apiVersion: {{ .metrics.apiGroup }}/v1
kind: PodMonitor
metadata:
  {{- include "workload.metadata" $ | nindent 2 }}
spec:
  selector:
    {{- include "workload.versionSelector" $ | nindent 4 }}
  podMetricsEndpoints:
    - port: http
      path: {{ .metrics.path }}
{{- end }}
{{- if (.alerts | default dict).enabled }}
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  {{- include "workload.metadata" (merge (dict "labels" .alerts.labels) $) | nindent 2 }}
spec:
  groups:
    - name: {{ $root.Release.Namespace }}.{{ $name }}
      rules:
        {{- range $file, $_ := $root.Files.Glob "files/alerts/*.yaml" }}
        {{- $alert := $root.Files.Get $file | fromYaml }}
        - alert: {{ $alert.alert }}
          for: {{ $alert.for }}
          expr: {{ $alert.expression | trim | replace "SELECTOR" $selector | quote }}
          labels:
            severity: {{ index (list "critical" "critical" "warning" "info") ($alert.severity | int) }}
            moorline_dev_environment: {{ include "workload.environment" $root }}
          annotations:
            summary: {{ $alert.summary | quote }}
            description: {{ $alert.description | trim | quote }}
            runbook_url: {{ printf "%s/%s.md" ($root.Values.observability.alerts.runbooks | trimSuffix "/") (base $file | trimSuffix ".yaml") | quote }}
        {{- end }}
{{- end }}
{{- if (.dashboards | default dict).enabled }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "workload.metadata" (merge (dict "name" (printf "%s-dashboards" $name) "labels" .dashboards.labels) $) | nindent 2 }}
data:
  {{- range $file, $text := $root.Files.Glob "files/dashboards/*.json" }}
  {{ $root.Release.Namespace }}-{{ $name }}-{{ base $file }}: |
    {{- $text | toString | replace "SELECTOR" ($selector | replace "\"" "\\\"") | replace "RELEASE" $name | trim | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}
{{- end -}}
