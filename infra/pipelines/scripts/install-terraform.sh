#!/usr/bin/env bash
# Puts Terraform on the PATH of the steps that follow: the agent's own when it is of the 1.x line from 1.11 on, else the
# version below, kept in the agent's tool cache. Plan and apply run on agents of one pool, so they meet the same one.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

version=1.11.4
# Of the archive, as HashiCorp publishes them; a new version needs new ones.
sum_amd64=1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc
sum_arm64=a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633

if command -v terraform >/dev/null; then
  present=$(terraform version | sed -n '1s/^Terraform v//p')
  if [[ "$present" =~ ^1\.([0-9]+)\. ]] && ((BASH_REMATCH[1] >= 11)); then
    echo "Terraform $present is on the agent."
    exit 0
  fi
  echo "Terraform ${present:-of unknown version} is on the agent; 1.11 or newer is needed."
fi

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) arch=amd64 sum=$sum_amd64 ;;
  Linux-aarch64) arch=arm64 sum=$sum_arm64 ;;
  *) fail "Terraform cannot be fetched for $(uname -s) on $(uname -m): install Terraform 1.11 or newer on the agent." ;;
esac

folder="${AGENT_TOOLSDIRECTORY:-${AGENT_TEMPDIRECTORY:?}}/moorline-terraform/$version/$arch"
if [[ ! -x "$folder/terraform" ]]; then
  archive="${AGENT_TEMPDIRECTORY:?}/terraform_${version}_linux_${arch}.zip"
  url="https://releases.hashicorp.com/terraform/$version/terraform_${version}_linux_${arch}.zip"
  echo "Fetching $url"
  curl --fail --silent --show-error --location --retry 3 --max-time 300 --output "$archive" "$url" ||
    fail "Terraform $version could not be fetched from releases.hashicorp.com: allow that host, or install Terraform on the agent."
  echo "$sum  $archive" | sha256sum --check --quiet ||
    fail "The Terraform archive has another checksum than the one in install-terraform.sh: it was not used."
  mkdir -p "$folder"
  unzip -q -o "$archive" terraform -d "$folder"
  rm "$archive"
fi
echo "##vso[task.prependpath]$folder"
"$folder/terraform" version
