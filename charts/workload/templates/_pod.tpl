{{/*
The inside of a pod that runs an image of the release with its variables and secrets.
Takes: root, component, image, container (its name), user, and optionally name (of account, ConfigMap and secrets, else
the release's), command, arguments, serves (ports, probes and a graceful end), restartPolicy.
*/}}
{{- define "workload.podSpec" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $name := .name | default $root.Release.Name -}}
serviceAccountName: {{ $name }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .restartPolicy }}
restartPolicy: {{ . }}
{{- end }}
{{- include "workload.pullSecrets" . }}
{{- if .serves }}
terminationGracePeriodSeconds: {{ $values.terminationSeconds }}
topologySpreadConstraints:
  {{- include "workload.spread" . | trim | nindent 2 }}
{{- end }}
securityContext:
  {{- include "workload.podSecurity" . | nindent 2 }}
containers:
  - name: {{ .container }}
    image: {{ .image | quote }}
    imagePullPolicy: IfNotPresent
    {{- with .command }}
    command:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with .arguments }}
    args:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- if .serves }}
    ports:
      - name: http
        containerPort: {{ $values.port }}
        protocol: TCP
    {{- end }}
    env:
      {{- include "workload.variables" . | nindent 6 }}
    envFrom:
      - configMapRef:
          name: {{ $name }}
      {{- with include "workload.secretName" . }}
      - secretRef:
          name: {{ . }}
      {{- end }}
    {{- if .serves }}
    {{- include "workload.probes" $root | nindent 4 }}
    {{- end }}
    resources:
      {{- toYaml $values.resources | nindent 6 }}
    securityContext:
      {{- include "workload.containerSecurity" . | nindent 6 }}
    volumeMounts:
      - name: tmp
        mountPath: /tmp
      {{- with include "workload.databaseMount" $root }}
      {{- . | nindent 6 }}
      {{- end }}
      {{- if $values.secrets.keyVault.name }}
      - name: secrets
        mountPath: /run/moorline/secrets
        readOnly: true
      {{- end }}
      {{- if include "workload.files" . }}
      - name: files
        mountPath: /etc/moorline
        readOnly: true
      {{- end }}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: {{ $values.temporaryStorage }}
  {{- with include "workload.databaseVolume" $root }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- if $values.secrets.keyVault.name }}
  - name: secrets
    csi:
      driver: secrets-store.csi.k8s.io
      readOnly: true
      volumeAttributes:
        secretProviderClass: {{ $name }}
  {{- end }}
  {{- if include "workload.files" . }}
  - name: files
    configMap:
      name: {{ $name }}-files
  {{- end }}
{{- end -}}

{{/* Credentials of registries. Takes: root. */}}
{{- define "workload.pullSecrets" -}}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Labels of a pod that uses the release's database and identity. Takes: root, component. */}}
{{- define "workload.clientLabels" -}}
{{ include "workload.podLabels" . }}
{{- with include "workload.databaseLabel" .root }}
{{ . }}
{{- end }}
{{- if .root.Values.identity.clientId }}
azure.workload.identity/use: 'true'
{{- end }}
{{- end -}}

{{/* Variables that the chart sets itself: its own, the database's, OpenTelemetry's. Takes: root, container. */}}
{{- define "workload.variables" -}}
{{- with include "workload.own" (dict "root" .root "hook" "variables") }}
{{- . }}
{{ end }}
{{- with include "workload.databaseVariables" .root | trim }}
{{- . }}
{{ end }}
{{- $environment := include "workload.environment" .root -}}
- name: OTEL_SERVICE_NAME
  value: {{ .root.Release.Name }}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: OTEL_RESOURCE_ATTRIBUTES
  value: service.namespace={{ $environment }},deployment.environment.name={{ $environment }},k8s.namespace.name={{ .root.Release.Namespace }},k8s.pod.name=$(POD_NAME)
{{- with .root.Values.observability.otlp.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* When a container has started, is ready and lives; and time for gateways to hear that it goes. */}}
{{- define "workload.probes" -}}
startupProbe:
  httpGet:
    path: {{ .Values.probes.live }}
    port: http
  periodSeconds: 2
  failureThreshold: {{ div .Values.probes.startSeconds 2 }}
readinessProbe:
  httpGet:
    path: {{ .Values.probes.ready }}
    port: http
  periodSeconds: 5
  timeoutSeconds: 3
livenessProbe:
  httpGet:
    path: {{ .Values.probes.live }}
    port: http
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 6
lifecycle:
  # Before it stops listening.
  preStop:
    sleep:
      seconds: 5
{{- end -}}
