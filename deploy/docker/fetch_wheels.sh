#!/bin/sh
# Fills deploy/docker/wheels with the wheels that requirements.lock names, checked against its hashes.
# Run where there is a network; the folder can then be carried to where there is none.
set -eu
cd "$(dirname "$0")/../.."
lock=$(mktemp)
trap 'rm -f "$lock"' EXIT
tree=$(mktemp -d)
python3 deploy/docker/keep_one_service.py intake . "$tree/app"
cp "$tree/app/requirements.lock" "$lock"
rm -rf "$tree"
python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
    --dest deploy/docker/wheels -r "$lock"
