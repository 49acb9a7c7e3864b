#!/usr/bin/env bash
# Checks the environment's Terraform root before anything in Azure is asked: format, then configuration.
# Runs in the environment's folder.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Only what is in the repository: other files beside them are not the author's.
mapfile -t files < <(git ls-files -- '*.tf' '*.tfvars')
((${#files[@]} > 0)) || fail "There is no Terraform in $PWD: an environment's folder holds main.tf and terraform.tf."
terraform fmt -check -diff "${files[@]}" ||
  fail 'The format of the files named above is not terraform fmt'"'"'s: run `terraform fmt` in the folder and commit.'

use_run_token_for_git
run_terraform init -backend=false -no-color
run_terraform validate -no-color
