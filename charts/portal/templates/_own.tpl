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
{{- $auth := dict "environment" "production" "providers" dict -}}
{{- $config := merge (deepCopy .Values.appConfig) (dict "app" (dict "baseUrl" $url) "auth" $auth "backend" $backend) -}}
{{- /* The image's own configuration lets everyone in as guest, which is for one machine. */ -}}
{{- if not (hasKey $config.auth.providers "guest") -}}
{{- $_ := set $config.auth.providers "guest" nil -}}
{{- end -}}
app-config.production.yaml: |
  {{- $config | toYaml | nindent 2 }}
{{- end -}}
