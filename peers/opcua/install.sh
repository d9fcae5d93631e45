#!/usr/bin/env bash
# Installs the machines of other makers that the tests of link-opcua run against, pinned: asyncua
# (PyPI, needs python3 with venv) and node-opcua (npm). What cannot be installed is said, and the exit
# code tells; the other one is installed all the same.
set -uo pipefail
cd "$(dirname "$0")"
left=0

python() {
  [ -x .venv/bin/python ] && .venv/bin/python -c "import asyncua" 2>/dev/null && return
  python3 -m venv .venv && timeout 300 .venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
}
node() {
  [ -d node_modules/node-opcua ] && return
  timeout 300 npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
}

for peer in python node; do
  if "$peer"; then
    echo "peers/opcua: the $peer machine is installed"
  else
    echo "peers/opcua: the $peer machine could not be installed: its tests will say so"
    # Half of it would be taken for the whole.
    if [ "$peer" = python ]; then rm -rf .venv; else rm -rf node_modules; fi
    left=1
  fi
done
exit "$left"
