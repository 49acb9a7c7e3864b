{{- define "worker.variables" -}}
- name: MOORLINE_HOST
  value: 0.0.0.0
- name: MOORLINE_PORT
  value: {{ .Values.port | quote }}
# The rest of the address is in the variables PGHOST and so on.
- name: MOORLINE_DATABASE_URL
  value: 'postgres:///'
{{- end -}}

{{- define "worker.files" -}}{{- end -}}
