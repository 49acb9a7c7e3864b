{{/* The Secret in which the chart postgres keeps the way to this release's database. */}}
{{- define "trpc-api.databaseSecret" -}}
{{- printf "%s-%s" .Values.database.release (.Values.database.name | default .Release.Name) -}}
{{- end -}}
