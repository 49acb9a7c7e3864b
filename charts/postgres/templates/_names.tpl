{{/* The Secret that holds the superuser's password. */}}
{{- define "postgres.superuserSecret" -}}
{{- printf "%s-superuser" .Release.Name -}}
{{- end -}}

{{/*
The password in a Secret that is there already, or a new one: it is made once and no upgrade changes it.
Takes: root, name of the Secret.
*/}}
{{- define "postgres.password" -}}
{{- $secret := lookup "v1" "Secret" .root.Release.Namespace .name | default dict -}}
{{- $kept := dig "data" "password" "" $secret -}}
{{- $kept | default (randAlphaNum 40 | b64enc) -}}
{{- end -}}

{{/* Where a client that runs in the cluster finds the server. */}}
{{- define "postgres.connection" -}}
- name: PGHOST
  value: {{ .Release.Name }}
- name: PGUSER
  value: postgres
- name: PGDATABASE
  value: postgres
- name: PGCONNECT_TIMEOUT
  value: '10'
{{- end -}}
