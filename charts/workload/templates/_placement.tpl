{{/*
Pods of one part apart from each other: over zones first, then over nodes. A wish and no condition, so that a
cluster of one node runs them as well.
Takes: root, component.
*/}}
{{- define "workload.spread" -}}
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
- maxSkew: 1
  topologyKey: {{ . }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "workload.selectorLabels" $ | nindent 6 }}
{{- end }}
{{- end -}}

{{/*
A budget that lets nodes be drained one pod at a time, and pods that are broken anyway at once.
Takes: root, component, and optionally name.
*/}}
{{- define "workload.disruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "workload.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "workload.selectorLabels" . | nindent 6 }}
{{- end -}}
