{{/*
Names for the pods: the release's own leads to the version that has the requests; while there are two, each also has
one. Takes: root, component.
*/}}
{{- define "workload.services" -}}
{{- $name := .root.Release.Name -}}
{{- $strategy := include "workload.strategy" . -}}
{{- $tracks := include "workload.tracks" . | fromYamlArray -}}
{{- $services := dict -}}
{{- range $tracks -}}
{{- if or (eq .name $name) (eq (.weight | int) 100) -}}
{{- $_ := set $services $name .component -}}
{{- end -}}
{{- end -}}
{{- if eq $strategy "helm/canary" -}}
{{- range rest $tracks -}}
{{- $_ := set $services .name .component -}}
{{- end -}}
{{- else if eq $strategy "helm/blueGreen" -}}
{{- range $index, $track := $tracks -}}
{{- $_ := set $services (printf "%s-%s" $name (index (list "blue" "green") $index)) $track.component -}}
{{- end -}}
{{- else if eq $strategy "argoRollouts/canary" -}}
{{- $_ := set $services (printf "%s-canary" $name) .component -}}
{{- else if eq $strategy "argoRollouts/blueGreen" -}}
{{- $_ := set $services (printf "%s-preview" $name) .component -}}
{{- end -}}
{{- range $service, $component := $services }}
{{- $part := merge (dict "name" $service "component" $component) $ }}
---
apiVersion: v1
kind: Service
metadata:
  {{- include "workload.metadata" $part | nindent 2 }}
spec:
  type: ClusterIP
  selector:
    {{- include "workload.selectorLabels" $part | nindent 4 }}
  ports:
    - name: http
      port: {{ $.root.Values.port }}
      targetPort: http
      protocol: TCP
      appProtocol: http
{{- end }}
{{- end -}}

{{/* Services to which requests from outside go, each with its weight. Takes: root, component. */}}
{{- define "workload.backends" -}}
{{- $name := .root.Release.Name -}}
{{- $strategy := include "workload.strategy" . -}}
{{- $weights := dict -}}
{{- if eq $strategy "argoRollouts/canary" -}}
{{- $weights = dict $name 100 (printf "%s-canary" $name) 0 -}}
{{- else -}}
{{- range $index, $track := include "workload.tracks" . | fromYamlArray -}}
{{- $service := eq $strategy "helm/blueGreen" | ternary (printf "%s-%s" $name (index (list "blue" "green") $index)) $track.name -}}
{{- $_ := set $weights $service ($track.weight | int) -}}
{{- end -}}
{{- end -}}
{{- range $service, $weight := $weights }}
- name: {{ $service }}
  port: {{ $.root.Values.port }}
  weight: {{ $weight }}
{{- end }}
{{- end -}}

{{/* The way in from outside: a route of a Gateway, or an Ingress. Takes: root, component. */}}
{{- define "workload.exposure" -}}
{{- $values := .root.Values -}}
{{- if $values.host -}}
{{- if eq $values.exposure "httpRoute" -}}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  {{- include "workload.metadata" . | nindent 2 }}
spec:
  parentRefs:
    - {{ pick $values.gateway "name" "namespace" | toYaml | nindent 6 | trim }}
      {{- with $values.gateway.sectionName }}
      sectionName: {{ . }}
      {{- end }}
  hostnames:
    - {{ $values.host | quote }}
  rules:
    - matches:
        {{- range $values.paths }}
        - path:
            type: PathPrefix
            value: {{ . | quote }}
        {{- end }}
      backendRefs:
        {{- include "workload.backends" . | trim | nindent 8 }}
{{- else if eq $values.exposure "ingress" -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  {{- include "workload.metadata" (merge (dict "annotations" $values.ingress.annotations) .) | nindent 2 }}
spec:
  {{- with $values.ingress.className }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- with $values.ingress.tlsSecret }}
  tls:
    - hosts:
        - {{ $values.host | quote }}
      secretName: {{ . }}
  {{- end }}
  rules:
    - host: {{ $values.host | quote }}
      http:
        paths:
          {{- range $values.paths }}
          - path: {{ . | quote }}
            pathType: Prefix
            backend:
              service:
                name: {{ $.root.Release.Name }}
                port:
                  name: http
          {{- end }}
{{- end -}}
{{- end -}}
{{- end -}}
