{{/*
What the restricted Pod Security level asks of a pod.
Takes: user, the number that its processes run as; left out, that of distroless images.
*/}}
{{- define "workload.podSecurity" -}}
{{- $user := .user | default 65532 -}}
runAsNonRoot: true
runAsUser: {{ $user }}
runAsGroup: {{ $user }}
fsGroup: {{ $user }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* What the restricted level asks of each container, and a file system that cannot be written to. */}}
{{- define "workload.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}
