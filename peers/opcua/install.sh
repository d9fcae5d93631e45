#!/usr/bin/env bash
# Installs the machines of other makers that the tests of link-opcua run against, pinned.
set -euo pipefail
cd "$(dirname "$0")"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
echo "peers/opcua: asyncua and node-opcua are installed"
