#!/usr/bin/env bash
# chart-dependencies.sh CHART: gathers the library charts that a chart names. They lie beside it (file://), so nothing is
# fetched. (HelmDeploy does this for install and package, and not for upgrade.)
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

chart="${MOORLINE_CHARTS:?}/${1:?CHART}"
[[ -f "$chart/Chart.yaml" ]] || fail "There is no chart ${1} in $MOORLINE_CHARTS: name one of its folders in the pipeline's releases."
helm dependency build "$chart" --skip-refresh
