{{/*
The identity of a release's pods in the cluster; no token of it is mounted.
Takes: root, component, and optionally clientId of an Azure identity to sign in as (workload identity).
*/}}
{{- define "workload.serviceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .root.Release.Name }}
  labels:
    {{- include "workload.labels" . | nindent 4 }}
  {{- with .clientId }}
  annotations:
    azure.workload.identity/client-id: {{ . | quote }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}
