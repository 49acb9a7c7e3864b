{{- define "worker.variables" -}}
- name: MOORLINE_HOST
  value: 0.0.0.0
- name: MOORLINE_PORT
  value: {{ .Values.port | quote }}
# The rest of the address is in the variables PGHOST and so on.
- name: MOORLINE_DATABASE_URL
  value: 'postgres:///'
{{- include "worker.checkIdentity" . }}
{{- range $name, $value := dict
  "MOORLINE_ARCHIVE_URL" .Values.archive.url
  "MOORLINE_AZURE_ENDPOINT" .Values.azure.endpoint
  "MOORLINE_COSTS_SCOPE" .Values.costs.scope
  "MOORLINE_DRIFT_SCHEDULE" .Values.schedules.drift
  "MOORLINE_USAGE_SCHEDULE" .Values.schedules.usage
}}
{{- with $value }}
- name: {{ $name }}
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "worker.checkIdentity" -}}
{{- range $key, $value := dict "archive.url" .Values.archive.url "costs.scope" .Values.costs.scope -}}
{{- if and $value (not $.Values.identity.clientId) -}}
{{- fail (printf "%s is set and identity.clientId is not: set identity.clientId to the Azure identity that the worker signs in there as" $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "worker.files" -}}{{- end -}}
