{{/* The Secret with the superuser's password. */}}
{{- define "postgres.superuserSecret" -}}
{{- printf "%s-superuser" .Release.Name -}}
{{- end -}}

{{/* The Secret with the server's certificate and the authority that made it; empty without TLS. */}}
{{- define "postgres.tlsSecret" -}}
{{- if or (eq .Values.kind "cloudnativepg") (and (eq .Values.kind "statefulset") (ne .Values.tls "off")) -}}
{{- printf "%s-tls" .Release.Name -}}
{{- end -}}
{{- end -}}

{{/* Where a client that runs in the cluster finds the server. */}}
{{- define "postgres.host" -}}
{{- if eq .Values.kind "flexibleServer" -}}
{{- .Values.flexibleServer.host -}}
{{- else -}}
{{- printf "%s%s.%s.svc" .Release.Name (eq .Values.kind "cloudnativepg" | ternary "-rw" "") .Release.Namespace -}}
{{- end -}}
{{- end -}}

{{/*
A context for the library's templates of a database, by which our own pods reach it as those of services do.
Takes: root, name.
*/}}
{{- define "postgres.asService" -}}
{{- $values := .root.Values -}}
Release:
  Name: {{ .name }}
Values:
  database:
    kind: {{ $values.kind }}
    release: {{ .root.Release.Name }}
    name: {{ .name }}
    host: {{ $values.flexibleServer.host | quote }}
    username: {{ $values.flexibleServer.administrator | quote }}
    addressRange: {{ $values.flexibleServer.addressRange }}
{{- end -}}

{{/* How an administrator signs in. */}}
{{- define "postgres.administrator" -}}
{{- if eq .Values.kind "flexibleServer" -}}
{{ include "workload.databaseVariables" (include "postgres.asService" (dict "root" . "name" "postgres") | fromYaml) | trim }}
{{- else -}}
- name: PGHOST
  value: {{ include "postgres.host" . }}
- name: PGDATABASE
  value: postgres
- name: PGUSER
  value: postgres
- name: PGPASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "postgres.superuserSecret" . }}
      key: password
{{- range $variable, $key := dict "PGSSLMODE" "sslmode" "PGSSLROOTCERT" "sslrootcert" }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef:
      name: {{ include "postgres.superuserSecret" $ }}
      key: {{ $key }}
      optional: true
{{- end }}
{{- end -}}
{{- end -}}

{{/* The authority of the server's certificate, for an administrator. */}}
{{- define "postgres.authorityVolume" -}}
{{ include "workload.databaseVolume" (include "postgres.asService" (dict "root" . "name" "superuser") | fromYaml) }}
{{- end -}}

{{- define "postgres.authorityMount" -}}
{{ include "workload.databaseMount" (include "postgres.asService" (dict "root" . "name" "superuser") | fromYaml) }}
{{- end -}}

{{/* The inside of all pods but the server's: no token, and the user of the image. Takes: root, identity (whether it signs in to Azure). */}}
{{- define "postgres.jobPod" -}}
restartPolicy: Never
{{- if .identity }}
serviceAccountName: {{ .root.Release.Name }}
{{- end }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- include "workload.pullSecrets" . }}
securityContext:
  {{- include "workload.podSecurity" (dict "user" 999) | nindent 2 }}
{{- end -}}

{{/* The program of the image, in a container of a job. Takes: root, name, arguments. */}}
{{- define "postgres.jobContainer" -}}
name: {{ .name }}
image: {{ .root.Values.image | quote }}
imagePullPolicy: IfNotPresent
args:
  {{- toYaml .arguments | nindent 2 }}
securityContext:
  {{- include "workload.containerSecurity" . | nindent 2 }}
{{- end -}}

{{/* Label of pods that sign in to Azure. */}}
{{- define "postgres.identityLabel" -}}
{{- if .Values.identity.clientId -}}
azure.workload.identity/use: 'true'
{{- end -}}
{{- end -}}

{{/* Labels of pods that the database lets in. Takes: root, identity. */}}
{{- define "postgres.accessLabels" -}}
{{ include "workload.databaseLabel" (include "postgres.asService" (dict "root" .root "name" "postgres") | fromYaml) }}
{{- if .identity }}
{{ include "postgres.identityLabel" .root }}
{{- end }}
{{- end -}}

{{/* Where backups are, as moorline-pg wants it; a container has a folder for each release. */}}
{{- define "postgres.backups" -}}
- name: MOORLINE_BACKUPS
  value: {{ empty .Values.backup.container | ternary "/backups" (printf "%s/%s" .Values.backup.container .Release.Name) }}
{{- end -}}

{{- define "postgres.backupsVolume" -}}
{{- if not .Values.backup.container -}}
- name: backups
  persistentVolumeClaim:
    claimName: {{ .Release.Name }}-backups
{{- end -}}
{{- end -}}

{{- define "postgres.backupsMount" -}}
{{- if not .Values.backup.container -}}
- name: backups
  mountPath: /backups
{{- end -}}
{{- end -}}
