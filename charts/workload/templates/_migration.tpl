{{/*
Before a release: a Job that brings the tables up to date. Nothing of the release is there yet when it is installed, so
the Job has an account, variables, secrets and a policy of its own, which go when it has succeeded; an Azure identity
needs a federated credential for this account too. Takes: root, component.
*/}}
{{- define "workload.migration" -}}
{{- $root := .root -}}
{{- with $root.Values.migration -}}
{{- if .enabled -}}
{{- $hook := dict "helm.sh/hook-weight" "0" "helm.sh/hook" "pre-install,pre-upgrade" "helm.sh/hook-delete-policy" "before-hook-creation" -}}
{{- $part := dict "root" $root "component" "migration" "name" (printf "%s-migration" $root.Release.Name) "image" (.image | default $root.Values.image) "clientId" $root.Values.identity.clientId "annotations" (merge (dict "helm.sh/hook-weight" "-10" "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded") $hook) -}}
{{- range list "serviceAccount" "config" "files" "secrets" }}
{{- with include (printf "workload.%s" .) $part }}
---
{{ . }}
{{- end }}
{{- end }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "workload.metadata" $part | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "workload.selectorLabels" $part | nindent 6 }}
  policyTypes: [Ingress, Egress]
  egress:
    {{- include "workload.egress" $part | nindent 4 }}
---
apiVersion: batch/v1
kind: Job
metadata:
  {{- include "workload.metadata" (merge (dict "annotations" $hook) $part) | nindent 2 }}
spec:
  backoffLimit: 3
  activeDeadlineSeconds: {{ .deadlineSeconds }}
  ttlSecondsAfterFinished: 86400
  template:
    metadata:
      labels:
        {{- include "workload.clientLabels" $part | nindent 8 }}
    spec:
      {{- include "workload.podSpec" (merge (dict "container" "migration" "restartPolicy" "Never" "command" .command "arguments" .arguments) $part) | nindent 6 }}
{{- end -}}
{{- end -}}
{{- end -}}
