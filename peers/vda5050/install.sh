#!/usr/bin/env bash
# Installs the vehicles of another maker that the tests of fenhe run against, pinned.
set -euo pipefail
cd "$(dirname "$0")"
npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
echo "peers/vda5050: vda-5050-lib is installed"
