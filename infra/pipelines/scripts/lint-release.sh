#!/usr/bin/env bash
# lint-release.sh RELEASE CHART: checks the values of a release against its chart, before anything is made for it.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

release=${1:?RELEASE}
chart="${MOORLINE_CHARTS:?}/${2:?CHART}"
values="${MOORLINE_FOLDER:?}/values/$release.yaml"
[[ -f "$values" ]] || fail "There is no $values: each release of the pipeline has a values file of its name."

bash "$(dirname "${BASH_SOURCE[0]}")/chart-dependencies.sh" "$2"
helm lint "$chart" --values "$values" --namespace "${MOORLINE_NAMESPACE:?}" --strict
helm template "$release" "$chart" --values "$values" --namespace "$MOORLINE_NAMESPACE" >/dev/null
