{{- define "portal.variables" -}}
- name: NODE_ENV
  value: production
{{- end -}}

{{/* What is read after the image's own app-config.yaml; Backstage puts the variables in. */}}
{{- define "portal.files" -}}
{{- $url := printf "https://%s" .Values.host -}}
{{- $connection := dict "host" "${PGHOST}" "port" "${PGPORT}" "user" "${PGUSER}" "database" "${PGDATABASE}" -}}
{{- if eq .Values.database.kind "flexibleServer" -}}
{{- $_ := set $connection "type" "azure" -}}
{{- else -}}
{{- $_ := set $connection "password" "${PGPASSWORD}" -}}
{{- end -}}
{{- $database := dict "client" "pg" "pluginDivisionMode" "schema" "ensureExists" false "ensureSchemaExists" true "connection" $connection -}}
{{- $backend := dict "baseUrl" $url "listen" (dict "host" "0.0.0.0" "port" .Values.port) "database" $database -}}
{{- $config := dict "app" (dict "baseUrl" $url) "backend" $backend -}}
app-config.production.yaml: |
  {{- merge (deepCopy .Values.appConfig) $config | toYaml | nindent 2 }}
{{- end -}}
