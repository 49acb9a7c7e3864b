{{/* What `helm test` runs: the release answers inside the cluster, by its name. Takes: root, component. */}}
{{- define "workload.test" -}}
{{- with .root.Values.test -}}
{{- $part := dict "root" $.root "component" "test" "image" .image "name" (printf "%s-test" $.root.Release.Name) -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "workload.metadata" $part | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "workload.selectorLabels" $part | nindent 6 }}
  policyTypes: [Ingress, Egress]
  egress:
    {{- include "workload.egressDns" $.root | nindent 4 }}
    - to:
        - podSelector:
            {{- include "workload.versionSelector" $ | nindent 12 }}
      ports:
        - port: {{ $.root.Values.port }}
          protocol: TCP
---
apiVersion: v1
kind: Pod
metadata:
  {{- include "workload.metadata" (merge (dict "name" (printf "%s-test-ready" $.root.Release.Name) "annotations" (dict "helm.sh/hook" "test" "helm.sh/hook-delete-policy" "before-hook-creation")) $part) | nindent 2 }}
spec:
  restartPolicy: Never
  activeDeadlineSeconds: 120
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- include "workload.pullSecrets" $ | indent 2 }}
  securityContext:
    {{- include "workload.podSecurity" (dict "user" 65534) | nindent 4 }}
  containers:
    - name: ready
      image: {{ .image | quote }}
      imagePullPolicy: IfNotPresent
      command:
        - wget
        - -q
        - -T10
        - -O-
        - http://{{ $.root.Release.Name }}:{{ $.root.Values.port }}{{ $.root.Values.probes.ready }}
      resources:
        requests:
          cpu: 10m
          memory: 16Mi
        limits:
          cpu: 100m
          memory: 32Mi
      securityContext:
        {{- include "workload.containerSecurity" . | nindent 8 }}
{{- end -}}
{{- end -}}
