{{- define "trpc-api.variables" -}}
- name: PORT
  value: {{ .Values.port | quote }}
{{- end -}}

{{- define "trpc-api.files" -}}{{- end -}}
