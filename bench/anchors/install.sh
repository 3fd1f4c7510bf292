#!/usr/bin/env bash
# Usage: bench/anchors/install.sh
# Makes build/bench/torch-venv, a virtual environment with PyPI's current PyTorch, which rows are
# compared with. Nothing else uses it. Takes some minutes and gigabytes.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=build/bench/torch-venv
log=build/bench/torch-install.log
mkdir -p build/bench
echo "== installing PyTorch into $venv" >&2
# Under its name only when it is complete: who finds it can use it.
rm -rf "$venv" "$venv.part"
if ! { python3 -m venv "$venv.part" &&
  "$venv.part/bin/python" -m pip install --quiet --upgrade torch numpy &&
  "$venv.part/bin/python" -c 'import torch'; } >"$log" 2>&1; then
  tail -3 "$log" >&2
  rm -rf "$venv.part"
  exit 1
fi
mv "$venv.part" "$venv"
