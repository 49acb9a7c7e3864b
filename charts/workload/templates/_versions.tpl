{{/*
The versions that a release runs beside each other: its own, and while it is being replaced a second one. As a list of
name, component, image, replicas, scaled (by an autoscaler), and weight (percent of the requests from outside).
The first keeps the release's name whatever the strategy, so that a release can change its strategy without a gap.
Takes: root, component.
*/}}
{{- define "workload.tracks" -}}
{{- $values := .root.Values -}}
{{- $name := .root.Release.Name -}}
{{- $scaled := $values.autoscaling.enabled -}}
{{- $first := dict "name" $name "component" .component "image" $values.image "scaled" $scaled "weight" 100 -}}
{{- if hasKey $values "replicas" -}}
{{- $_ := set $first "replicas" $values.replicas -}}
{{- else -}}
{{- $_ := set $first "replicas" 1 -}}
{{- end -}}
{{- $tracks := list $first -}}
{{- if eq (include "workload.strategy" .) "helm/canary" -}}
{{- with $values.strategy.canary -}}
{{- if .image -}}
{{- $_ := set $first "weight" (sub 100 .weight) -}}
{{- $tracks = append $tracks (dict "name" (printf "%s-canary" $name) "component" (printf "%s-canary" $.component) "image" .image "replicas" .replicas "scaled" false "weight" .weight) -}}
{{- end -}}
{{- end -}}
{{- else if eq (include "workload.strategy" .) "helm/blueGreen" -}}
{{- with $values.strategy.blueGreen -}}
{{- $green := eq .active "green" | ternary 100 0 -}}
{{- $_ := set $first "weight" (sub 100 $green) -}}
{{- if .image -}}
{{- $tracks = append $tracks (dict "name" (printf "%s-green" $name) "component" (printf "%s-green" $.component) "image" .image "replicas" $first.replicas "scaled" $scaled "weight" $green) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $tracks -}}
{{- end -}}

{{/* Who moves requests to a new version, and how: helm/rolling, helm/canary, argoRollouts/blueGreen and so on. */}}
{{- define "workload.strategy" -}}
{{- with .root.Values.strategy -}}
{{- printf "%s/%s" .controller .type -}}
{{- else -}}
helm/rolling
{{- end -}}
{{- end -}}

{{/* The kind of what makes the pods. */}}
{{- define "workload.controller" -}}
{{- if hasPrefix "argoRollouts/" (include "workload.strategy" .) -}}
apiVersion: argoproj.io/v1alpha1
kind: Rollout
{{- else -}}
apiVersion: apps/v1
kind: Deployment
{{- end -}}
{{- end -}}

{{/* What makes the pods of each version. Takes: root, component. */}}
{{- define "workload.versions" -}}
{{- range $track := include "workload.tracks" . | fromYamlArray }}
{{- $part := merge (dict "component" $track.component "image" $track.image) $ }}
---
{{ include "workload.controller" $ }}
metadata:
  {{- include "workload.metadata" (merge (dict "name" $track.name) $part) | nindent 2 }}
spec:
  {{- if not $track.scaled }}
  replicas: {{ $track.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  strategy:
    {{- include "workload.replacement" $ | nindent 4 }}
  selector:
    matchLabels:
      {{- include "workload.selectorLabels" $part | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "workload.clientLabels" $part | nindent 8 }}
      annotations:
        checksum/config: {{ include "workload.config" $ | sha256sum }}
        checksum/files: {{ include "workload.files" $ | sha256sum }}
        checksum/secrets: {{ include "workload.secrets" $ | sha256sum }}
    spec:
      {{- include "workload.podSpec" (merge (dict "container" $.component "serves" true "arguments" $.root.Values.arguments) $part) | nindent 6 }}
{{- end }}
{{- end -}}

{{/* How pods of a version take the place of those before. Takes: root. */}}
{{- define "workload.replacement" -}}
{{- $strategy := include "workload.strategy" . -}}
{{- $name := .root.Release.Name -}}
{{- if eq $strategy "argoRollouts/canary" -}}
canary:
  stableService: {{ $name }}
  canaryService: {{ $name }}-canary
  maxSurge: 1
  maxUnavailable: 0
  trafficRouting:
    plugins:
      argoproj-labs/gatewayAPI:
        httpRoute: {{ $name }}
        namespace: {{ .root.Release.Namespace }}
  steps:
    {{- range .root.Values.strategy.canary.steps }}
    - setWeight: {{ .weight }}
    - pause: {{ with .pause }}{ duration: {{ . }} }{{ else }}{}{{ end }}
    {{- end }}
{{- else if eq $strategy "argoRollouts/blueGreen" -}}
blueGreen:
  activeService: {{ $name }}
  previewService: {{ $name }}-preview
  autoPromotionEnabled: {{ .root.Values.strategy.blueGreen.autoPromotion }}
  # Requests that the old version still has, and the way back.
  scaleDownDelaySeconds: 300
{{- else -}}
# A new pod is ready before an old one goes.
type: RollingUpdate
rollingUpdate:
  maxSurge: 1
  maxUnavailable: 0
{{- end -}}
{{- end -}}

{{/* As many pods as there is work for. Takes: root, component. */}}
{{- define "workload.autoscalers" -}}
{{- $values := .root.Values -}}
{{- range $track := include "workload.tracks" . | fromYamlArray }}
{{- if $track.scaled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "workload.metadata" (merge (dict "name" $track.name "component" $track.component) $) | nindent 2 }}
spec:
  scaleTargetRef:
    {{- include "workload.controller" $ | nindent 4 }}
    name: {{ $track.name }}
  minReplicas: {{ $values.autoscaling.minReplicas }}
  maxReplicas: {{ $values.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ $values.autoscaling.cpuUtilization }}
{{- end }}
{{- end }}
{{- end -}}

{{/* A budget for each version: they are drained apart from each other. Takes: root, component. */}}
{{- define "workload.disruption" -}}
{{- range include "workload.tracks" . | fromYamlArray }}
---
{{ include "workload.disruptionBudget" (merge (dict "name" .name "component" .component) $) }}
{{- end }}
{{- end -}}
