# shellcheck shell=bash
# Sourced by every script here: strict mode, the repository root as working directory, shared words.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

# Tools that setup unpacks instead of installing (promtool) live here.
TOOLS_BIN=$ROOT/build/tools/bin
PATH=$PATH:$TOOLS_BIN

say() { printf '== %s\n' "$*" >&2; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# A script's usage text is the comment block under its shebang.
usage() { sed -n '1d;/^#/!q;s/^# \{0,1\}//p' "$0"; }

usage_if_asked() {
  case ${1:-} in -h | --help)
    usage
    exit 0
    ;;
  esac
}

# Compile jobs: one a core, but no more than memory carries. A unit that includes gRPC takes about
# 1 GiB, and a machine that swaps is slower than one that compiles in sequence.
build_jobs() {
  local cores gib limit=/sys/fs/cgroup/memory.max
  cores=$(nproc)
  gib=$(awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo)
  if [[ -r $limit && $(<"$limit") != max ]]; then
    local bounded=$(($(<"$limit") / 1073741824))
    ((bounded < gib)) && gib=$bounded
  fi
  ((gib < 1)) && gib=1
  echo "${GRADD_JOBS:-$((cores < gib ? cores : gib))}"
}

# Versions of clang-format disagree about details; 14 is the one the tree is formatted with.
clang_format() { command -v clang-format-14 || echo clang-format; }

# Tracked C++ and CUDA sources that still exist, separated by NUL.
tracked_sources() {
  git ls-files -z -- '*.h' '*.cc' '*.cuh' '*.cu' |
    while IFS= read -r -d '' file; do
      if [[ -f $file ]]; then printf '%s\0' "$file"; fi
    done
}
