import { checkTexts } from './checks';
import { TypeRules } from './type-rules';

/** The provider's check of a resource group's name, wherever one is given. */
export function checkGroupName(
  name: string,
  argument: string,
): string | undefined {
  if (name === '') {
    return `${JSON.stringify(argument)} cannot be blank`;
  }
  if (name.length > 90) {
    return `${JSON.stringify(argument)} may not exceed 90 characters in length`;
  }
  if (name.endsWith('.')) {
    return `${JSON.stringify(argument)} may not end with a period`;
  }
  // As the provider: Azure's documented names, letters of any language included.
  return /^[\p{L}\p{N}\-._()]+$/u.test(name)
    ? undefined
    : `${JSON.stringify(
        argument,
      )} may only contain alphanumeric characters, dash, underscores, parentheses and periods`;
}

/** Resource groups and locks. */
export const resourceGroupRules: Record<string, TypeRules> = {
  azurerm_resource_group: {
    title: 'Resource Group',
    id: '{subscription}/resourceGroups/{name}',
    validate: config => checkTexts(config, { name: checkGroupName }),
  },
  azurerm_management_lock: {
    title: 'Lock',
    id: '{scope}/providers/Microsoft.Authorization/locks/{name}',
  },
  azurerm_consumption_budget_resource_group: {
    title: 'Budget',
    id: '{resource_group_id}/providers/Microsoft.Consumption/budgets/{name}',
    computed: { 'time_period.end_date': '2036-01-01T00:00:00Z' },
    validate: config =>
      checkTexts(config, {
        'time_period.start_date': date =>
          /^\d{4}-\d\d-01T/.test(date)
            ? undefined
            : `expected "start_date" to be the first day of a month, got ${date}`,
      }),
  },
};
