{{/* Refuses values that are well-formed each and impossible together: the first wrong key, and what to do. Takes: root. */}}
{{- define "workload.check" -}}
{{- $values := .root.Values -}}
{{- with $values.autoscaling -}}
{{- if .enabled -}}
{{- if hasKey $values "replicas" -}}
{{- fail "replicas is set and autoscaling.enabled is true: the autoscaler owns the number of pods; leave replicas out, or set autoscaling.enabled to false" -}}
{{- end -}}
{{- if lt (int .maxReplicas) (int .minReplicas) -}}
{{- fail "autoscaling.maxReplicas must not be below autoscaling.minReplicas: raise the first or lower the second" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with $values.database -}}
{{- if eq .kind "flexibleServer" -}}
{{- if not .host -}}
{{- fail "database.kind is flexibleServer and database.host is empty: set database.host to the server's name, such as psql-orders-prod.postgres.database.azure.com" -}}
{{- end -}}
{{- else if .host -}}
{{- fail (printf "database.host is for database.kind flexibleServer and not for %s: leave it out, or set database.kind to flexibleServer" .kind) -}}
{{- end -}}
{{- if and (not .release) (has .kind (list "statefulset" "cloudnativepg")) -}}
{{- fail (printf "database.release is empty and database.kind is %s: name the release of the chart postgres, or set database.kind to none" .kind) -}}
{{- end -}}
{{- end -}}
{{- include "workload.checkSecrets" . -}}
{{- include "workload.checkExposure" . -}}
{{- with $values.observability -}}
{{- if and .alerts .alerts.enabled -}}
{{- if ne .metrics.apiGroup "monitoring.coreos.com" -}}
{{- fail "observability.alerts.enabled needs observability.metrics.apiGroup monitoring.coreos.com: Azure's Prometheus takes its rules from Terraform (infra/modules/monitoring/alerts)" -}}
{{- end -}}
{{- if not .metrics.enabled -}}
{{- fail "observability.alerts.enabled needs metrics: set observability.metrics.enabled to true" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $owned := list -}}
{{- range include "workload.variables" . | fromYamlArray -}}
{{- $owned = append $owned .name -}}
{{- end -}}
{{- range $name, $_ := $values.config -}}
{{- if has $name $owned -}}
{{- fail (printf "config.%s: the chart sets this variable itself; leave it out" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "workload.checkSecrets" -}}
{{- with .root.Values.secrets -}}
{{- $sources := list -}}
{{- if .values -}}{{- $sources = append $sources "secrets.values" -}}{{- end -}}
{{- if .existing -}}{{- $sources = append $sources "secrets.existing" -}}{{- end -}}
{{- if .keyVault.name -}}{{- $sources = append $sources "secrets.keyVault.name" -}}{{- end -}}
{{- if gt (len $sources) 1 -}}
{{- fail (printf "%s are set: secrets come from one place; leave one of them" (join " and " $sources)) -}}
{{- end -}}
{{- if .keyVault.name -}}
{{- if not .keyVault.tenantId -}}
{{- fail "secrets.keyVault.name is set and secrets.keyVault.tenantId is not: set it to the vault's Entra tenant" -}}
{{- end -}}
{{- if not .keyVault.objects -}}
{{- fail "secrets.keyVault.name is set and secrets.keyVault.objects is empty: name the secrets to take, each by its variable" -}}
{{- end -}}
{{- if not $.root.Values.identity.clientId -}}
{{- fail "secrets.keyVault.name is set and identity.clientId is not: set identity.clientId to an Azure identity that may read the vault" -}}
{{- end -}}
{{- else if .keyVault.objects -}}
{{- fail "secrets.keyVault.objects is set and secrets.keyVault.name is not: name the vault" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "workload.checkExposure" -}}
{{- $values := .root.Values -}}
{{- $strategy := include "workload.strategy" . -}}
{{- if $values.host -}}
{{- if and (eq $values.exposure "httpRoute") (not $values.gateway.name) -}}
{{- fail "exposure is httpRoute and gateway.name is empty: name the Gateway that routes the host, or set exposure to ingress or none" -}}
{{- end -}}
{{- end -}}
{{- with $values.strategy -}}
{{- if and (eq .type "canary") (or (ne $values.exposure "httpRoute") (not $values.host)) -}}
{{- fail "strategy.type canary divides requests by an HTTPRoute and there is none: set host, and exposure to httpRoute, or set strategy.type to rolling" -}}
{{- end -}}
{{- if eq $strategy "argoRollouts/rolling" -}}
{{- fail "strategy.controller argoRollouts is for strategy.type canary and blueGreen: set strategy.controller to helm, or another strategy.type" -}}
{{- end -}}
{{- if and (eq $strategy "helm/canary") .canary.weight (not .canary.image) -}}
{{- fail "strategy.canary.weight is set and strategy.canary.image is not: set it to the image to try, or the weight to 0" -}}
{{- end -}}
{{- if and (eq $strategy "helm/blueGreen") (eq .blueGreen.active "green") (not .blueGreen.image) -}}
{{- fail "strategy.blueGreen.active is green and strategy.blueGreen.image is empty: set it to green's image, or strategy.blueGreen.active to blue" -}}
{{- end -}}
{{- if eq .controller "argoRollouts" -}}
{{- range $key, $image := dict "canary" .canary.image "blueGreen" .blueGreen.image -}}
{{- if $image -}}
{{- fail (printf "strategy.%s.image is set and strategy.controller is argoRollouts, which compares image with the one before: leave it out" $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
