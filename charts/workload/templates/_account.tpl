{{/*
The identity of a release's pods in the cluster; no token of it is mounted.
Takes: root, component, and optionally name, annotations, and clientId of an Azure identity to sign in as (workload
identity).
*/}}
{{- define "workload.serviceAccount" -}}
{{- $annotations := .annotations | default dict -}}
{{- with .clientId -}}
{{- $annotations = merge (dict "azure.workload.identity/client-id" .) $annotations -}}
{{- end -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "workload.metadata" (merge (dict "annotations" $annotations) .) | nindent 2 }}
automountServiceAccountToken: false
{{- end -}}
