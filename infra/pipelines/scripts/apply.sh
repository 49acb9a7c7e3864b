#!/usr/bin/env bash
# apply.sh FOLDER: applies exactly the plan that plan.sh left in FOLDER. Terraform refuses it when the state has moved
# on since then; a new run plans anew.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

input=${1:?FOLDER}
[[ -f "$input/environment.tfplan" ]] || fail "There is no plan in $input: run the plan stage of this run again."

use_run_token_for_git
use_service_connection_for_terraform
if [[ -f "$input/terraform.lock.hcl" ]]; then
  cp "$input/terraform.lock.hcl" .terraform.lock.hcl
  run_terraform init -no-color -lockfile=readonly
else
  run_terraform init -no-color
fi
run_terraform apply -no-color -lock-timeout="${MOORLINE_LOCK_TIMEOUT:-5m}" "$input/environment.tfplan"
tell_outputs
