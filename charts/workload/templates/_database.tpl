{{/*
The Secret in which the chart postgres keeps the way to this release's database: host, port, database, username,
password, and, where the server has TLS of its own, sslmode, sslrootcert (the path below) and ca.crt.
*/}}
{{- define "workload.databaseSecret" -}}
{{- with .Values.database -}}
{{- if has .kind (list "statefulset" "cloudnativepg") -}}
{{- printf "%s-%s" .release (.name | default $.Release.Name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Variables by which clients of PostgreSQL find the database. */}}
{{- define "workload.databaseVariables" -}}
{{- with include "workload.databaseSecret" . }}
{{- $secret := . }}
{{- range $variable, $key := dict "PGHOST" "host" "PGPORT" "port" "PGDATABASE" "database" "PGUSER" "username" "PGPASSWORD" "password" }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ $key }}
{{- end }}
{{- range $variable, $key := dict "PGSSLMODE" "sslmode" "PGSSLROOTCERT" "sslrootcert" "NODE_EXTRA_CA_CERTS" "sslrootcert" }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ $key }}
      optional: true
{{- end }}
{{- end }}
{{- with .Values.database }}
{{- if eq .kind "flexibleServer" }}
{{- $name := .name | default $.Release.Name }}
{{- range $variable, $value := dict "PGHOST" .host "PGPORT" "5432" "PGDATABASE" $name "PGUSER" (.username | default $name) "PGSSLMODE" "verify-full" }}
- name: {{ $variable }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The authority of the database's certificate, when the Secret has one. */}}
{{- define "workload.databaseVolume" -}}
{{- with include "workload.databaseSecret" . -}}
- name: database
  secret:
    secretName: {{ . }}
    defaultMode: 0440
    optional: true
    items:
      - key: ca.crt
        path: ca.crt
{{- end -}}
{{- end -}}

{{- define "workload.databaseMount" -}}
{{- if include "workload.databaseSecret" . -}}
- name: database
  mountPath: /run/moorline/database
  readOnly: true
{{- end -}}
{{- end -}}

{{/* A rule of egress: to the database, and to no other. */}}
{{- define "workload.egressDatabase" -}}
{{- with .Values.database -}}
{{- if ne .kind "none" -}}
- to:
    {{- if eq .kind "flexibleServer" }}
    - ipBlock:
        cidr: {{ .addressRange }}
    {{- else }}
    - podSelector:
        matchLabels:
          {{- if eq .kind "cloudnativepg" }}
          cnpg.io/cluster: {{ .release }}
          {{- else }}
          app.kubernetes.io/name: postgres
          app.kubernetes.io/instance: {{ .release }}
          app.kubernetes.io/component: database
          {{- end }}
    {{- end }}
  ports:
    - port: 5432
      protocol: TCP
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The label by which the database lets a pod in. */}}
{{- define "workload.databaseLabel" -}}
{{- if include "workload.databaseSecret" . -}}
moorline.dev/database: {{ .Values.database.release }}
{{- end -}}
{{- end -}}
