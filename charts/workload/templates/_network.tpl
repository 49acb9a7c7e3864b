{{/* A rule of egress: names are looked up in the cluster's DNS. */}}
{{- define "workload.egressDns" -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
  ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- end -}}

{{/* A rule of egress: HTTPS to anywhere but the address at which nodes hand out their own credentials. */}}
{{- define "workload.egressHttps" -}}
- to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [169.254.169.254/32]
  ports:
    - port: 443
      protocol: TCP
{{- end -}}

{{/* A rule of ingress or egress: pods of whole namespaces. Takes: a list of names. */}}
{{- define "workload.namespaces" -}}
- namespaceSelector:
    matchExpressions:
      - key: kubernetes.io/metadata.name
        operator: In
        values:
          {{- . | uniq | toYaml | nindent 10 }}
{{- end -}}

{{/* Pods that run the release's versions. Takes: root, component. */}}
{{- define "workload.versionSelector" -}}
matchLabels:
  {{- include "workload.releaseLabels" . | nindent 2 }}
matchExpressions:
  - key: app.kubernetes.io/component
    operator: In
    values: [{{ .component }}, {{ .component }}-canary, {{ .component }}-green]
{{- end -}}

{{/* Where pods of the release may go: DNS, the database, the collector of traces, HTTPS. */}}
{{- define "workload.egress" -}}
{{ include "workload.egressDns" .root }}
{{ include "workload.egressDatabase" .root }}
{{- with .root.Values.observability.otlp }}
{{- $port := regexFind ":[0-9]+" (.endpoint | trimPrefix "https:" | trimPrefix "http:") | trimPrefix ":" }}
{{- if $port }}
- to:
    {{- include "workload.namespaces" (list .namespace) | nindent 4 }}
  ports:
    - port: {{ $port }}
      protocol: TCP
{{- end }}
{{- end }}
{{ include "workload.egressHttps" .root }}
{{- end -}}

{{/*
Nobody comes in and nothing goes out but what is named: gateways, the scraper of metrics and the release's own test come
in. Takes: root, component.
*/}}
{{- define "workload.network" -}}
{{- $values := .root.Values -}}
{{- $exposed := and $values.host (ne $values.exposure "none") -}}
{{- $policy := $values.networkPolicy | default dict -}}
{{- $gateways := $policy.gatewayNamespaces -}}
{{- if and $exposed (eq $values.exposure "httpRoute") -}}
{{- $gateways = append $gateways ($values.gateway.namespace | default .root.Release.Namespace) -}}
{{- end -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "workload.metadata" (merge (dict "name" (printf "%s-deny" .root.Release.Name)) .) | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "workload.releaseLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "workload.metadata" . | nindent 2 }}
spec:
  podSelector:
    {{- include "workload.versionSelector" . | nindent 4 }}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              {{- include "workload.selectorLabels" (merge (dict "component" "test") .) | nindent 14 }}
      ports:
        - port: {{ $values.port }}
          protocol: TCP
    {{- if and $exposed (or $gateways $policy.gatewayAddressRanges) }}
    - from:
        {{- with $gateways }}
        {{- include "workload.namespaces" . | nindent 8 }}
        {{- end }}
        {{- range $policy.gatewayAddressRanges }}
        - ipBlock:
            cidr: {{ . }}
        {{- end }}
      ports:
        - port: {{ $values.port }}
          protocol: TCP
    {{- end }}
    {{- with $values.observability.metrics }}
    {{- if .enabled }}
    - from:
        {{- include "workload.namespaces" .namespaces | nindent 8 }}
      ports:
        - port: {{ $values.port }}
          protocol: TCP
    {{- end }}
    {{- end }}
  egress:
    {{- include "workload.egress" . | nindent 4 }}
{{- end -}}
