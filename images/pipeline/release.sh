#!/usr/bin/env bash
# Pushes every image to a registry, with what is in it and what it was built of. Prints their digests, which releases name.
# Takes: the registry's login server, the version. The Azure CLI is signed in.
set -euo pipefail
cd "$(dirname "$0")/../.."
registry=$1
version=$2
images() { yarn workspace @moorline/images images "$@"; }

# Programs: the same digest on every machine; their documents are referrers in the registry.
export MOORLINE_REGISTRY_USER=00000000-0000-0000-0000-000000000000
MOORLINE_REGISTRY_PASSWORD=$(az acr login --name "$registry" --expose-token --output tsv --query accessToken)
export MOORLINE_REGISTRY_PASSWORD
for image in trpc-api api worker; do
  digest=$(images "$image" --to "$registry/moorline/$image:$version" --base pinned)
  echo "$registry/moorline/$image@$digest"
done

# Those with more than one file of ours: by BuildKit, which attaches an SBOM and provenance of its own.
mapfile -t bases < <(images arguments)
az acr login --name "$registry" >&2
for image in postgres portal; do
  docker buildx build --push --sbom=true --provenance=mode=max \
    --file images/Dockerfile --target "$image" --build-arg "VERSION=$version" "${bases[@]}" \
    --metadata-file "$image.json" --tag "$registry/moorline/$image:$version" . >&2
  echo "$registry/moorline/$image@$(jq -r '."containerimage.digest"' "$image.json")"
done
