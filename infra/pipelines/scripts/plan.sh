#!/usr/bin/env bash
# plan.sh FOLDER [apply|destroy]: plans the root in the working folder, or its removal, and leaves in FOLDER what apply
# needs and what people read:
#   environment.tfplan  what will be applied, exactly
#   plan.txt            the same for people
#   summary.json        counts and the address and action of each change, without values
#   terraform.lock.hcl  the providers it was made with, when Terraform chose them
# Output variables: changes (whether there is anything to apply), cluster (whether a cluster goes), identities, gateway.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need node
output=${1:?FOLDER}
action=${2:-apply}
mkdir -p "$output"

use_run_token_for_git
use_service_connection_for_terraform
run_terraform init -no-color
options=(-no-color -lock-timeout="${MOORLINE_LOCK_TIMEOUT:-5m}" -out="$output/environment.tfplan")
[[ "$action" != destroy ]] || options+=(-destroy)
run_terraform plan "${options[@]}"

terraform show -no-color "$output/environment.tfplan" >"$output/plan.txt"
# The whole plan as JSON would hold sensitive values in the clear: it only passes through.
terraform show -json "$output/environment.tfplan" |
  node "$(dirname "${BASH_SOURCE[0]}")/summarise-plan.mjs" "$output/summary.json"
if [[ -f .terraform.lock.hcl ]]; then
  cp .terraform.lock.hcl "$output/terraform.lock.hcl"
fi

if [[ "$action" == destroy ]] && grep -q '"azurerm_management_lock"' "$output/summary.json"; then
  fail "A lock keeps everything in ${MOORLINE_ENVIRONMENT:-the environment} from deletion: remove delete_lock_enabled from main.tf and run the pipeline with action apply first."
fi
tell_outputs
