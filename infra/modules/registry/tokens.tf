# For what cannot have an identity of Azure: a token that may do one thing to some repositories. Its passwords are made
# with `az acr token credential generate`, for as long as they are needed, and so are in no state.

locals {
  actions = {
    pull  = ["content/read", "metadata/read"]
    push  = ["content/read", "content/write", "metadata/read", "metadata/write"]
    admin = ["content/delete", "content/read", "content/write", "metadata/read", "metadata/write"]
  }
}

resource "azurerm_container_registry_scope_map" "this" {
  for_each = var.tokens

  name                    = each.key
  container_registry_name = azurerm_container_registry.this.name
  resource_group_name     = var.resource_group_name
  description             = "${title(each.value.access)} for ${join(", ", sort(each.value.repositories))}."

  actions = flatten([
    for repository in sort(each.value.repositories) : [
      for action in local.actions[each.value.access] : "repositories/${repository}/${action}"
    ]
  ])
}

resource "azurerm_container_registry_token" "this" {
  for_each = var.tokens

  name                    = each.key
  container_registry_name = azurerm_container_registry.this.name
  resource_group_name     = var.resource_group_name
  scope_map_id            = azurerm_container_registry_scope_map.this[each.key].id
}
