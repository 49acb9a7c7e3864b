#!/usr/bin/env bash
# Builds every image from the Dockerfile, waits until the example is well by its own health command, and looks for known
# vulnerabilities that have a fix.
set -euo pipefail
cd "$(dirname "$0")/../.."
images() { yarn workspace @moorline/images images "$@"; }

mapfile -t bases < <(images arguments)
scanner=$(images pinned trivy)
for image in trpc-api api worker postgres portal; do
  docker buildx build --load --file images/Dockerfile --target "$image" \
    --build-arg VERSION=0.0.0 "${bases[@]}" --tag "moorline/$image:check" .
  docker run --rm --volume /var/run/docker.sock:/var/run/docker.sock "$scanner" \
    image --exit-code 1 --ignore-unfixed --severity HIGH,CRITICAL "moorline/$image:check"
done

container=$(docker run --detach --read-only --health-interval=1s moorline/trpc-api:check)
trap 'docker logs "$container"; docker rm --force "$container"' EXIT
for _ in $(seq 60); do
  [ "$(docker inspect --format '{{.State.Health.Status}}' "$container")" = healthy ] && exit 0
  sleep 1
done
echo "The example was not well within a minute." >&2
exit 1
