#!/usr/bin/env bash
# drift.sh FOLDER: compares what Azure holds with what was last applied, changes nothing, and leaves in FOLDER
#   drift.json  the resources that other hands changed or deleted, with the names of what differs and without values
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need node
output=${1:?FOLDER}
mkdir -p "$output"
plan=$(mktemp)
trap 'rm -f "$plan"' EXIT

use_run_token_for_git
use_service_connection_for_terraform
run_terraform init -no-color
run_terraform plan -no-color -lock-timeout="${MOORLINE_LOCK_TIMEOUT:-5m}" -out="$plan"
# The plan as JSON has sensitive values in the clear: it only passes through.
terraform show -json "$plan" |
  node "$(dirname "${BASH_SOURCE[0]}")/summarise-drift.mjs" "$output/drift.json" "${MOORLINE_ENVIRONMENT:?}"
