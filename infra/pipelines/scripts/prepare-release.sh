#!/usr/bin/env bash
# prepare-release.sh RELEASE CHART: gathers the chart, writes the values that only Azure knows to RELEASE.yaml in the
# agent's temporary folder, and ends what a run that was cut off left half-done, which Helm would else refuse to touch
# ("another operation is in progress").
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need node
release=${1:?RELEASE}
namespace=${MOORLINE_NAMESPACE:?}
bash "$(dirname "${BASH_SOURCE[0]}")/chart-dependencies.sh" "${2:?CHART}"

# Only the releases whose service signs in to Azure have an identity.
node -e '
  const clientId = JSON.parse(process.env.MOORLINE_IDENTITIES || "{}")[process.argv[1]];
  console.log(JSON.stringify(clientId ? { identity: { clientId } } : {}));
' "$release" >"${AGENT_TEMPDIRECTORY:?}/$release.yaml"

pending=$(helm list --namespace "$namespace" --pending --short --filter "^${release}\$")
[[ -n "$pending" ]] || exit 0

deployed=$(helm history "$release" --namespace "$namespace" --max 100 --output json | node -e '
  const revisions = JSON.parse(require("fs").readFileSync(0));
  const good = revisions.filter(({ status }) => ["deployed", "superseded"].includes(status));
  console.log(good.at(-1)?.revision ?? "");
')
if [[ -n "$deployed" ]]; then
  warn "A run was cut off while it released $release: it goes back to revision $deployed first."
  helm rollback "$release" "$deployed" --namespace "$namespace"
else
  warn "A run was cut off while it released $release for the first time: what it made is removed first. Disks and Secrets stay."
  helm uninstall "$release" --namespace "$namespace"
fi
