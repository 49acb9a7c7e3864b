import { textOf } from '../values/value';
import { TypeRules } from './type-rules';

const VAULTS = '{group}/providers/Microsoft.DataProtection/backupVaults';

/** Backup of clusters. */
export const backupRules: Record<string, TypeRules> = {
  azurerm_data_protection_backup_vault: {
    title: 'Backup Vault',
    id: `${VAULTS}/{name}`,
    plan: ({ prior, planned, replace }) => {
      // What is locked for good is left only by a vault made anew.
      if (
        prior?.immutability === 'Locked' &&
        planned.immutability !== 'Locked'
      ) {
        replace(['immutability']);
      }
      if (
        prior?.soft_delete === 'AlwaysOn' &&
        planned.soft_delete !== 'AlwaysOn'
      ) {
        replace(['soft_delete']);
      }
      return planned.cross_region_restore_enabled === true &&
        textOf(planned, 'redundancy') !== 'GeoRedundant'
        ? [
            {
              summary:
                '`cross_region_restore_enabled` can only be specified when `redundancy` is specified for `GeoRedundant`.',
            },
          ]
        : [];
    },
  },
  azurerm_data_protection_backup_policy_kubernetes_cluster: {
    title: 'Backup Policy',
    id: `${VAULTS}/{vault_name}/backupPolicies/{name}`,
    inUseBy: {
      types: ['azurerm_data_protection_backup_instance_kubernetes_cluster'],
      code: 'BMSUserErrorPolicyInUse',
    },
  },
  azurerm_data_protection_backup_instance_kubernetes_cluster: {
    title: 'Backup Instance',
    id: '{vault_id}/backupInstances/{name}',
    computed: { protection_state: 'ProtectionConfigured' },
  },
  azurerm_kubernetes_cluster_trusted_access_role_binding: {
    title: 'Trusted Access Role Binding',
    id: '{kubernetes_cluster_id}/trustedAccessRoleBindings/{name}',
  },
};
