{{/* Variables that are no secret. Takes: root, component, and optionally name and annotations. */}}
{{- define "workload.config" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "workload.metadata" . | nindent 2 }}
data:
  MOORLINE_ENVIRONMENT: {{ include "workload.environment" .root | quote }}
  {{- with .root.Values.host }}
  PUBLIC_URL: {{ printf "https://%s" . | quote }}
  {{- end }}
  {{- range $name, $value := .root.Values.config }}
  {{ $name }}: {{ $value | toString | quote }}
  {{- end }}
{{- end -}}

{{/* Files for the pods, when the chart has some. Takes: root, component, and optionally name and annotations. */}}
{{- define "workload.files" -}}
{{- with include "workload.own" (merge (dict "hook" "files") .) -}}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "workload.metadata" (merge (dict "name" (printf "%s-files" ($.name | default $.root.Release.Name))) $) | nindent 2 }}
data:
  {{- . | nindent 2 }}
{{- end -}}
{{- end -}}

{{/* The Secret with a release's secret variables; empty when there are none. Takes: root, and optionally name. */}}
{{- define "workload.secretName" -}}
{{- with .root.Values.secrets -}}
{{- if .existing -}}
{{- .existing -}}
{{- else if or .values .keyVault.name -}}
{{- $.name | default $.root.Release.Name -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
Where secret variables come from: a Key Vault, through its CSI driver, or the values themselves, for dev.
Takes: root, component, and optionally name and annotations.
*/}}
{{- define "workload.secrets" -}}
{{- $secrets := .root.Values.secrets -}}
{{- if $secrets.keyVault.name -}}
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata:
  {{- include "workload.metadata" . | nindent 2 }}
spec:
  provider: azure
  parameters:
    usePodIdentity: 'false'
    clientID: {{ .root.Values.identity.clientId | quote }}
    keyvaultName: {{ $secrets.keyVault.name | quote }}
    tenantId: {{ $secrets.keyVault.tenantId | quote }}
    objects: |
      array:
        {{- range $secrets.keyVault.objects | values | uniq | sortAlpha }}
        - |
          objectName: {{ . }}
          objectType: secret
        {{- end }}
  # While a pod has them mounted the driver also keeps them in a Secret, which variables can be read from.
  secretObjects:
    - secretName: {{ include "workload.secretName" . }}
      type: Opaque
      labels:
        {{- include "workload.labels" . | nindent 8 }}
      data:
        {{- range $variable, $object := $secrets.keyVault.objects }}
        - key: {{ $variable }}
          objectName: {{ $object }}
        {{- end }}
{{- else if $secrets.values -}}
apiVersion: v1
kind: Secret
metadata:
  {{- include "workload.metadata" . | nindent 2 }}
type: Opaque
stringData:
  {{- range $name, $value := $secrets.values }}
  {{ $name }}: {{ $value | toString | quote }}
  {{- end }}
{{- end -}}
{{- end -}}
