#!/usr/bin/env bash
# Builds container images with docker, podman or buildah, the first of them that works.
#
#   deploy/build.sh [workbench] [server]      run by `make image` from the root of the repository
#
# ENGINE names one of the three. OPTIONS has further options of its `build`, such as --build-arg BASE=IMAGE. The images are
# heartsense-workbench and heartsense-server, with the version of HeartSense and `latest` as tags.
set -euo pipefail
cd "$(dirname "$0")/.."

works() {
    case $1 in
        docker) docker info ;;
        *) "$1" images ;;
    esac >/dev/null 2>&1
}

engine=${ENGINE:-}
if [ -z "$engine" ]; then
    for candidate in docker podman buildah; do
        if works $candidate; then
            engine=$candidate
            break
        fi
    done
fi
[ -n "$engine" ] || { echo "Images need docker (with its daemon), podman or buildah: apt-get install buildah" >&2; exit 1; }
version=$(sed -n 's/.*current = "\(.*\)".*/\1/p' Sources/Progress/HeartSenseVersion.swift)

case $engine in
    docker) command=(docker build) ;;
    # The format of OCI has no health check.
    podman) command=(podman build --format docker) ;;
    # With layers, both images share their packages.
    buildah) command=(buildah build --format docker --layers) ;;
    *) echo "ENGINE must be docker, podman or buildah, found $engine" >&2; exit 2 ;;
esac
for target in "${@:-workbench server}"; do
    for image in $target; do
        # shellcheck disable=SC2086
        "${command[@]}" ${OPTIONS:-} --file deploy/Containerfile --target "$image" \
            --tag "heartsense-$image:$version" --tag "heartsense-$image:latest" .
    done
done
