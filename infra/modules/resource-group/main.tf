# The resource group that holds one environment: what is deleted with it is the environment, and nothing else.

resource "azurerm_resource_group" "this" {
  name     = var.name
  location = var.location
  tags     = var.tags
}

# A lock holds for everything in the group: Terraform cannot replace or remove a part of it either. It is for groups
# that seldom change.
resource "azurerm_management_lock" "this" {
  count = var.delete_lock_enabled ? 1 : 0

  name       = "no-delete"
  scope      = azurerm_resource_group.this.id
  lock_level = "CanNotDelete"
  notes      = "Managed by Moorline. Set delete_lock_enabled to false before the environment is retired."

  # While it is there, Azure refuses to delete even the budget.
  depends_on = [azurerm_consumption_budget_resource_group.this]
}
