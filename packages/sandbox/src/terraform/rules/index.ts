import { apiManagementRules } from './api-management';
import { backupRules } from './backup';
import { dnsRules } from './dns';
import { edgeRules } from './edge';
import { identityRules } from './identity';
import { keyVaultRules } from './key-vault';
import { kubernetesRules } from './kubernetes';
import { monitorRules } from './monitor';
import { networkRules } from './network';
import { postgresqlRules } from './postgresql';
import { privateNetworkRules } from './private-network';
import { registryRules } from './registry';
import { resourceGroupRules } from './resource-group';
import { storageRules } from './storage';
import { TypeRules } from './type-rules';

/** What azurerm's schema does not say, by resource type. */
export const TYPE_RULES: Record<string, TypeRules> = {
  ...apiManagementRules,
  ...backupRules,
  ...dnsRules,
  ...edgeRules,
  ...identityRules,
  ...keyVaultRules,
  ...kubernetesRules,
  ...monitorRules,
  ...networkRules,
  ...postgresqlRules,
  ...privateNetworkRules,
  ...registryRules,
  ...resourceGroupRules,
  ...storageRules,
};
