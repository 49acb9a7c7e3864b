#!/usr/bin/env bash
# plan.sh FOLDER: plans the root in the working folder and leaves in FOLDER what apply needs and what people read:
#   environment.tfplan  what will be applied, exactly
#   plan.txt            the same for people
#   summary.json        counts and the address and action of each change, without values
#   terraform.lock.hcl  the providers it was made with, when Terraform chose them
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need node
output=${1:?FOLDER}
mkdir -p "$output"

use_run_token_for_git
use_service_connection_for_terraform
run_terraform init -no-color
run_terraform plan -no-color -lock-timeout=5m -out="$output/environment.tfplan"

terraform show -no-color "$output/environment.tfplan" >"$output/plan.txt"
# The whole plan as JSON would hold sensitive values in the clear: it only passes through.
terraform show -json "$output/environment.tfplan" |
  node "$(dirname "${BASH_SOURCE[0]}")/summarise-plan.mjs" "$output/summary.json"
if [[ -f .terraform.lock.hcl ]]; then
  cp .terraform.lock.hcl "$output/terraform.lock.hcl"
fi
