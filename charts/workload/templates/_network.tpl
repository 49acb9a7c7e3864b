{{/* A rule of egress: names are looked up in the cluster's DNS. */}}
{{- define "workload.egressDns" -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
  ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- end -}}

{{/* A rule of egress: HTTPS to anywhere but the address at which nodes hand out their own credentials. */}}
{{- define "workload.egressHttps" -}}
- to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [169.254.169.254/32]
  ports:
    - port: 443
      protocol: TCP
{{- end -}}
