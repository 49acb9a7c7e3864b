terraform {
  required_version = ">= 1.11.0, < 2.0.0"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 5.2.0, < 6.0.0"
    }
  }

  # One key an environment; whoever may read the account may read the state, so it is opened to identities only.
  backend "azurerm" {
    resource_group_name  = "rg-moorline-state"
    storage_account_name = "${{ values.azure.stateAccount }}"
    container_name       = "tfstate"
    key                  = "${{ values.spec.name }}.tfstate"
    use_azuread_auth     = true
  }
}

provider "azurerm" {
  features {}

  subscription_id     = "${{ values.azure.subscriptionId }}"
  storage_use_azuread = true
}
