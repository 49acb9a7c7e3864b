import { textOf, ValueObject } from '../values/value';
import { checkTexts } from './checks';
import { hexOf, keyOf, uuidOf } from './deterministic';
import { parseId } from './resource-id';
import { TypeRules } from './type-rules';

const INSIGHTS = '{group}/providers/Microsoft.Insights';

const idOf = (values: ValueObject) => textOf(values, 'id') ?? '';

const immutableId = (values: ValueObject) => `dcr-${hexOf(idOf(values), 32)}`;

const ingestion = (values: ValueObject, service: string) =>
  `https://${textOf(values, 'name')}-${hexOf(idOf(values), 4)}.${textOf(
    values,
    'location',
  )}-1.${service}.azure.com`;

/** Workspaces, collection rules, alerts. */
export const monitorRules: Record<string, TypeRules> = {
  azurerm_log_analytics_workspace: {
    title: 'Workspace',
    id: '{group}/providers/Microsoft.OperationalInsights/workspaces/{name}',
    computed: {
      sku: 'PerGB2018',
      retention_in_days: 30,
      workspace_id: values => uuidOf(`${idOf(values)} workspace`),
      primary_shared_key: values => keyOf(`${idOf(values)} primary`),
      secondary_shared_key: values => keyOf(`${idOf(values)} secondary`),
    },
    validate: config =>
      checkTexts(config, {
        name: (name, argument) =>
          /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/.test(name)
            ? undefined
            : `"${argument}" may only contain alphanumeric characters and dashes, must be between 4 and 63 characters long and start and end with a letter or number`,
      }),
  },
  azurerm_monitor_diagnostic_setting: {
    title: 'Monitor Diagnostics Setting',
    id: '{target_resource_id}|{name}',
    computed: { log_analytics_destination_type: '' },
  },
  azurerm_monitor_data_collection_rule: {
    title: 'Data Collection Rule',
    id: `${INSIGHTS}/dataCollectionRules/{name}`,
    computed: { immutable_id: immutableId },
  },
  azurerm_monitor_data_collection_rule_association: {
    title: 'Data Collection Rule Association',
    id: '{target_resource_id}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{name}',
  },
  azurerm_monitor_data_collection_endpoint: {
    title: 'Data Collection Endpoint',
    id: `${INSIGHTS}/dataCollectionEndpoints/{name}`,
    computed: {
      immutable_id: values => `dce-${hexOf(idOf(values), 32)}`,
      configuration_access_endpoint: values =>
        ingestion(values, 'handler.control.monitor'),
      logs_ingestion_endpoint: values => ingestion(values, 'ingest.monitor'),
      metrics_ingestion_endpoint: values =>
        ingestion(values, 'metrics.ingest.monitor'),
    },
  },
  azurerm_monitor_workspace: {
    title: 'Azure Monitor Workspace',
    id: '{group}/providers/Microsoft.Monitor/accounts/{name}',
    computed: {
      query_endpoint: values =>
        `https://${textOf(values, 'name')}-${hexOf(idOf(values), 4)}.${textOf(
          values,
          'location',
        )}.prometheus.monitor.azure.com`,
      default_data_collection_endpoint_id: values =>
        managed(values, 'dataCollectionEndpoints'),
      default_data_collection_rule_id: values =>
        managed(values, 'dataCollectionRules'),
    },
  },
  azurerm_monitor_action_group: {
    title: 'Action Group',
    id: `${INSIGHTS}/actionGroups/{name}`,
    computed: {
      'event_hub_receiver.subscription_id': (_, world) => world.subscriptionId,
      'event_hub_receiver.tenant_id': (_, world) => world.tenantId,
      'webhook_receiver.aad_auth.tenant_id': (_, world) => world.tenantId,
    },
    validate: config =>
      checkTexts(config, {
        short_name: (name, argument) =>
          name.length < 1 || name.length > 12
            ? `expected length of ${argument} to be in the range (1 - 12), got ${name}`
            : undefined,
      }),
  },
  azurerm_monitor_activity_log_alert: {
    title: 'Activity Log Alert',
    id: `${INSIGHTS}/activityLogAlerts/{name}`,
    computed: { 'criteria.resource_health': [], 'criteria.service_health': [] },
  },
  azurerm_monitor_alert_prometheus_rule_group: {
    title: 'Prometheus Rule Group',
    id: '{group}/providers/Microsoft.AlertsManagement/prometheusRuleGroups/{name}',
  },
  azurerm_monitor_metric_alert: {
    title: 'Metric Alert',
    id: `${INSIGHTS}/metricAlerts/{name}`,
    computed: { target_resource_location: '', target_resource_type: '' },
  },
  azurerm_monitor_scheduled_query_rules_alert_v2: {
    title: 'Scheduled Query Rule',
    id: `${INSIGHTS}/scheduledQueryRules/{name}`,
    computed: {
      created_with_api_version: '2023-12-01',
      is_a_legacy_log_analytics_rule: false,
      is_workspace_alerts_storage_configured: false,
    },
  },
  azurerm_dashboard_grafana: {
    title: 'Grafana',
    id: '{group}/providers/Microsoft.Dashboard/grafana/{name}',
    computed: {
      endpoint: values =>
        `https://${textOf(values, 'name')}-${hexOf(idOf(values), 16)}.${textOf(
          values,
          'location',
        )}.grafana.azure.com`,
      grafana_version: values =>
        `${textOf(values, 'grafana_major_version')}.0.0`,
      outbound_ip: [],
    },
    validate: config =>
      checkTexts(config, {
        name: (name, argument) =>
          /^[a-zA-Z][-a-zA-Z0-9]{0,21}[a-zA-Z0-9]$/.test(name)
            ? undefined
            : `"${argument}" must begin with a letter, end with a letter or digit, contain only letters, numbers and hyphens, and be between 2 and 23 characters long`,
      }),
  },
};

/** What a workspace for metrics brings along, in a resource group of its own. */
function managed(values: ValueObject, kind: string): string {
  const { subscriptionId } = parseId(idOf(values));
  const name = textOf(values, 'name');
  return `/subscriptions/${subscriptionId}/resourceGroups/MA_${name}_${textOf(
    values,
    'location',
  )}_managed/providers/Microsoft.Insights/${kind}/${name}`;
}
