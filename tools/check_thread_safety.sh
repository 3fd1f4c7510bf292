#!/usr/bin/env bash
# Usage: tools/check_thread_safety.sh [compile_commands.json]
# Compiles core/, server/ and client/ with clang's -Wthread-safety as errors, without making objects. The list
# of units comes from the dev build, which must be there for its generated headers.
#
# Only units that reach core/base/mutex.h through our own includes are compiled: without a Mutex in
# sight there is no annotation to check, and parsing gRPC twice for nothing takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

database=${1:-build/dev/compile_commands.json}
[[ -f $database ]] || { echo "error: no $database; run script/build dev" >&2 && exit 1; }

# Prints each unit as one shell line: its folder, and clang with the flags that both compilers know.
# The precompiled headers and the warnings are gcc's own and stay behind.
commands() {
  python3 - "$database" <<'PYTHON'
import json, os, shlex, sys
sys.dont_write_bytecode = True
sys.path.insert(0, "tools")
from check_layers import includes, without_comments

MUTEX = "core/base/mutex.h"
reach = {}

def reaches(path):
    if path not in reach:
        reach[path] = path == MUTEX  # ends cycles
        if not reach[path] and os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                targets = [target for _, _, target in includes(without_comments(file.read()))]
            reach[path] = any([reaches(target) for target in targets])
    return reach[path]

def flags(words):
    words = iter(words)
    for word in words:
        if word in ("-I", "-isystem", "-iquote", "-D"):
            yield from (word, next(words))
        elif word.startswith(("-I", "-D", "-std=", "-m", "-isystem")) or word == "-pthread":
            yield word

checked = skipped = 0
for unit in json.load(open(sys.argv[1], encoding="utf-8")):
    source = os.path.relpath(os.path.join(unit["directory"], unit["file"]))
    if not source.startswith(("core/", "server/", "client/")) or not source.endswith(".cc"):
        continue
    if not reaches(source):
        skipped += 1
        continue
    checked += 1
    words = unit.get("arguments") or shlex.split(unit["command"])
    print(f"cd {shlex.quote(unit['directory'])} &&", shlex.join(
        ["clang", "-x", "c++", "-fsyntax-only", "-Wno-everything", "-Wthread-safety", "-Werror=thread-safety",
         *flags(words), unit["file"]]))
if not checked + skipped:
    sys.exit("error: the database names no unit under core/, server/ or client/")
print(f"thread safety: {checked} units with a mutex, {skipped} without", file=sys.stderr)
PYTHON
}

commands | tr '\n' '\0' | xargs -0 -r -n 1 -P "$(nproc)" bash -c
