{{/*
The environment that a release belongs to: what the values say, else the namespace, which has the environment's name.
*/}}
{{- define "workload.environment" -}}
{{- .Values.environment | default .Release.Namespace -}}
{{- end -}}

{{/* Labels that choose every pod of a release. Takes: root (the chart's context). */}}
{{- define "workload.releaseLabels" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{/*
Labels that choose the pods of one part of a release; they never change during its life.
Takes: root, component.
*/}}
{{- define "workload.selectorLabels" -}}
{{ include "workload.releaseLabels" . }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/*
Labels of pods: those that choose them, and the environment, by which the portal finds them.
Takes: root, component.
*/}}
{{- define "workload.podLabels" -}}
{{ include "workload.selectorLabels" . }}
moorline.dev/environment: {{ include "workload.environment" .root }}
{{- end -}}

{{/*
Labels of all objects.
Takes: root, component, and optionally image, whose tag becomes the version.
*/}}
{{- define "workload.labels" -}}
{{ include "workload.podLabels" . }}
app.kubernetes.io/part-of: {{ include "workload.environment" .root }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with include "workload.imageTag" . }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name (.root.Chart.Version | replace "+" "_") }}
{{- end -}}

{{/*
Name, labels and annotations of an object.
Takes: root, component, and optionally name (else the release's), image, labels and annotations.
*/}}
{{- define "workload.metadata" -}}
name: {{ .name | default .root.Release.Name }}
labels:
  {{- include "workload.labels" . | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The tag of an image, when it has one that can stand in a label. */}}
{{- define "workload.imageTag" -}}
{{- with .image -}}
{{- $tag := regexFind ":[A-Za-z0-9][A-Za-z0-9_.-]*$" (first (splitList "@" .)) | trimPrefix ":" -}}
{{- if regexMatch "^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$" $tag -}}
{{- $tag -}}
{{- end -}}
{{- end -}}
{{- end -}}
