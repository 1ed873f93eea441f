#!/bin/sh
# Fills deploy/docker/wheels with the wheels that requirements.lock names, checked against its hashes.
# Run where there is a network; the folder can then be carried to where there is none. The wheels are those of the image's
# Python (PYTHON_VERSION, as in BASE of the Dockerfile) and machine (MACHINE), whatever Python runs here.
set -eu
cd "$(dirname "$0")/../.."
lock=$(mktemp)
trap 'rm -f "$lock"' EXIT
tree=$(mktemp -d)
python3 deploy/docker/keep_one_service.py intake . "$tree/app"
cp "$tree/app/requirements.lock" "$lock"
rm -rf "$tree"
version=${PYTHON_VERSION:-3.11} machine=${MACHINE:-x86_64}
python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
    --python-version "$version" --implementation cp --abi "cp${version%%.*}${version#*.}" --abi abi3 --abi none \
    --platform "manylinux_2_34_$machine" --platform "manylinux_2_28_$machine" --platform "manylinux_2_17_$machine" \
    --platform "manylinux2014_$machine" --platform any \
    --dest deploy/docker/wheels -r "$lock"
