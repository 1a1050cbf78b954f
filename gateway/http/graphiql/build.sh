#!/bin/sh
# Builds the page's static files from source/ and its lock file. Needs Node 20 and npm; the gateway itself needs neither.
# To take a newer package: change source/package.json, run `npm install --package-lock-only` there, then this.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$here/source/." "$work"
cd "$work"
npm ci --ignore-scripts --no-audit --no-fund
node build.mjs "$here/static"
ls -l "$here/static"
