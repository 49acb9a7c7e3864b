# Shared by the scripts of this folder, which source it.
set -euo pipefail

# fail MESSAGE: ends the step with an error that Azure DevOps shows on the run's page.
fail() {
  echo "##vso[task.logissue type=error]$*"
  exit 1
}

# warn MESSAGE: the same as a warning; goes on.
warn() {
  echo "##vso[task.logissue type=warning]$*"
}

# need PROGRAM: ends the step when the agent has no such program.
need() {
  command -v "$1" >/dev/null || fail "$1 is not on the agent: install it there (the Microsoft-hosted images have it)."
}

# output NAME VALUE: sets an output variable of the step, for conditions of what follows.
output() {
  echo "##vso[task.setvariable variable=$1;isOutput=true]$2"
}

# run_terraform ARGUMENTS: runs Terraform. What it says is wrong becomes an error of the step, one line each, and so stands
# on the run's page, where else only the exit code would.
run_terraform() {
  local said code=0
  said=$(mktemp)
  terraform "$@" 2>"$said" || code=$?
  cat "$said" >&2
  ((code == 0)) || locked_state <"$said" || terraform_errors <"$said"
  rm -f "$said"
  return "$code"
}

# Says who holds the state and how to go on, when that is what Terraform's output is about.
locked_state() {
  local said who created id
  said=$(cat)
  [[ "$said" == *"acquiring the state lock"* ]] || return 1
  lock() { sed -nE "s/^[│ ]*$1: +(.*[^ ]) *$/\1/p" <<<"$said" | head -1; }
  who=$(lock Who) created=$(lock Created) id=$(lock ID)
  echo "##vso[task.logissue type=error]The state of ${MOORLINE_ENVIRONMENT:-the environment} is locked by ${who:-someone} since ${created:-some time} ($(lock Operation)): wait until that run is over, then run again. If no run is under way, one was cut off: in the environment's folder run \`terraform init\` and \`terraform force-unlock ${id:-ID}\`, then run again."
}

# Title, place and explanation of each error in Terraform's output; its source lines and hints stay in the log.
terraform_errors() {
  awk '
    function tell() {
      if (title != "") {
        print "##vso[task.logissue type=error]" title (place == "" ? "" : " (" place ")") (detail == "" ? "" : ": " detail)
      }
      title = ""; place = ""; detail = ""; over = 0
    }
    /^Error: / { tell(); title = $0; next }
    /^  (on|with) / && place == "" { place = $0; sub(/^ +/, "", place); sub(/[:,]$/, "", place); next }
    /^This was checked by/ { over = 1 }
    /^ / || /^$/ || over { next }
    { detail = detail (detail == "" ? "" : " ") $0 }
    END { tell() }'
}

# What changed hands at the last apply and later stages need: the identities of services, as `{"api":"CLIENT_ID"}`, and
# what the gateway is made with (the stack's output of that name).
tell_outputs() {
  local outputs
  outputs=$(terraform output -json -no-color)
  output identities "$(terraform_output workload_client_ids <<<"$outputs")"
  output gateway "$(terraform_output gateway <<<"$outputs")"
}

# terraform_output NAME: one of the outputs that come in as Terraform's JSON, an object; {} where it is not there.
terraform_output() {
  node -e '
    const outputs = JSON.parse(require("fs").readFileSync(0, "utf8").trim() || "{}");
    console.log(JSON.stringify(outputs[process.argv[1]]?.value ?? {}));
  ' "$1"
}

# Lets git fetch modules from this organisation (and only from there) with the run's own token. The token is in this
# process and its children; it is in no file and on no command line.
use_run_token_for_git() {
  [[ -n "${SYSTEM_ACCESSTOKEN:-}" ]] ||
    fail 'SYSTEM_ACCESSTOKEN is not set: give the step env SYSTEM_ACCESSTOKEN: $(System.AccessToken).'
  [[ -n "${SYSTEM_COLLECTIONURI:-}" ]] ||
    fail 'SYSTEM_COLLECTIONURI is not set: this script runs in Azure Pipelines only.'
  export GIT_TERMINAL_PROMPT=0
  export GIT_CONFIG_COUNT=1
  export GIT_CONFIG_KEY_0="http.${SYSTEM_COLLECTIONURI%/}/.extraheader"
  export GIT_CONFIG_VALUE_0="AUTHORIZATION: bearer ${SYSTEM_ACCESSTOKEN}"
}

# Lets Terraform (provider and state) sign in as the step's service connection, without a secret: each time it needs
# to, it asks Azure DevOps for a token of the connection's federation.
use_service_connection_for_terraform() {
  [[ -n "${AZURESUBSCRIPTION_SERVICE_CONNECTION_ID:-}" ]] ||
    fail 'The service connection gives no federation: make it an Azure Resource Manager connection with workload identity federation.'
  export ARM_USE_OIDC=true
  # The Azure CLI's own sign-in ends after ten minutes, so it is never fallen back on.
  export ARM_USE_CLI=false
  export ARM_USE_AZUREAD=true
  export ARM_CLIENT_ID="${AZURESUBSCRIPTION_CLIENT_ID:?}"
  export ARM_TENANT_ID="${AZURESUBSCRIPTION_TENANT_ID:?}"
  export ARM_OIDC_REQUEST_TOKEN="${SYSTEM_ACCESSTOKEN:?}"
  export ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID="${AZURESUBSCRIPTION_SERVICE_CONNECTION_ID}"
}
