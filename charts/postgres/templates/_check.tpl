{{/* Refuses values that are well-formed each and impossible together: the first wrong key, and what to do. */}}
{{- define "postgres.check" -}}
{{- $kind := .Values.kind -}}
{{- with .Values -}}
{{- if regexMatch "^(docker\\.io/)?(library/)?postgres[:@]" .image -}}
{{- fail "image is the official one, which has no moorline-pg: leave image out, or name one made by images/" -}}
{{- end -}}
{{- if eq $kind "flexibleServer" -}}
{{- if not .flexibleServer.host -}}
{{- fail "kind is flexibleServer and flexibleServer.host is empty: set it to the server's name, such as psql-orders-prod.postgres.database.azure.com" -}}
{{- end -}}
{{- if .backup.enabled -}}
{{- fail "backup.enabled is true and kind is flexibleServer, which Azure backs up by itself: leave it out" -}}
{{- end -}}
{{- if .restore.from -}}
{{- fail "restore.from is set and kind is flexibleServer: Azure restores to a new server (restore of infra/modules/postgres); name that one in flexibleServer.host" -}}
{{- end -}}
{{- else if .flexibleServer.host -}}
{{- fail (printf "flexibleServer.host is for kind flexibleServer and not for %s: leave it out, or set kind to flexibleServer" $kind) -}}
{{- end -}}
{{- if eq $kind "cloudnativepg" -}}
{{- if not .databases -}}
{{- fail "databases is empty and kind is cloudnativepg, which makes the first with the cluster: name one" -}}
{{- end -}}
{{- range .databases -}}
{{- if has . (list "ca" "server" "replication") -}}
{{- fail (printf "databases has %s, whose Secret CloudNativePG makes itself: choose another name" .) -}}
{{- end -}}
{{- end -}}
{{- if and .backup.enabled (not .backup.container) -}}
{{- fail "backup.enabled is true and backup.container is empty: CloudNativePG backs up to Azure Blob Storage only; set it to a container's URL" -}}
{{- end -}}
{{- if and .restore.from (or (not .backup.container) (eq .restore.from $.Release.Name)) -}}
{{- fail "restore.from needs backup.container, where the backups are, and the name of another release: a cluster cannot begin with its own backups" -}}
{{- end -}}
{{- end -}}
{{- if eq $kind "statefulset" -}}
{{- if and .restore.from (not (regexMatch "^base-[0-9]{8}T[0-9]{6}Z\\.tar\\.gz$" .restore.from)) -}}
{{- fail (printf "restore.from is %s, which is no backup: give a name such as base-20261121T013000Z.tar.gz" .restore.from) -}}
{{- end -}}
{{- if and .restore.from (not .backup.container) (not .backup.enabled) -}}
{{- fail "restore.from is set and there are no backups: set backup.container to where they are, or backup.enabled to true" -}}
{{- end -}}
{{- end -}}
{{- if and .restore.time (or (ne $kind "cloudnativepg") (not .restore.from)) -}}
{{- fail "restore.time is for kind cloudnativepg with restore.from: leave it out" -}}
{{- end -}}
{{- end -}}
{{- end -}}
