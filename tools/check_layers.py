#!/usr/bin/env python3
"""Usage: tools/check_layers.py [root]

Rejects includes that break the layers of the design, headers without a guard, and folder READMEs
that are missing or long. Prints `file:line: rule` for each finding and exits 1 if there are any.
"""

import re
import sys
from pathlib import Path

# ---------------------------------------------------------------------------------------------
# The layers: a folder, and the folders it may include besides itself. Each covers its subfolders;
# of two that match a file, the longer decides.

SHARED = ["core/base", "core/spec", "core/ops", "core/transforms"]  # what the client links
ENGINE = ["core/device", "core/tensor", "core/kernels", "core/runtime", "core/autograd",
          "core/optim", "core/profiler"]
CORE = SHARED + ENGINE
CLIENT = SHARED + ["proto/codec"]
SERVER = CORE + ["proto/codec"]

LAYERS = {
    # Each of core may include those before it.
    **{folder: CORE[:place] for place, folder in enumerate(CORE)},
    # The CUDA module, which nothing links: only its own folders see its headers.
    "core/device/cuda": ["core/base", "core/spec", "core/device"],
    "core/kernels/cuda": CORE[:CORE.index("core/kernels") + 1] + ["core/device/cuda"],
    "core/runtime/cuda": CORE[:CORE.index("core/runtime") + 1] + ["core/device/cuda",
                                                                  "core/kernels/cuda"],
    "proto/codec": ["core/base", "core/spec", "core/ops"],
    "server": SERVER,
    "client/cpp": CLIENT,
    "client/cli": CLIENT + ["client/cpp"],
    "client/python": CLIENT + ["client/cpp"],
    "examples": CLIENT + ["client/cpp"],
}
LAYERS |= {"tests": [*LAYERS, "bench"], "bench": [*LAYERS, "tests"]}  # may include everything

# Libraries that only some folders may include: a name, what its headers look like, the folders.
# A trailing slash means the folder without its subfolders.
TESTS = ["tests", "bench"]
LIBRARIES = [
    ("gRPC", r"(grpc|grpcpp)/|.*\.grpc\.pb\.h$",
     ["server/", "server/rpc", "server/handlers", "server/security", "client"] + TESTS),
    ("protobuf", r"google/(protobuf|rpc)/|.*\.pb\.h$",
     ["proto/codec", "server", "client"] + TESTS),
    ("Prometheus", r"prometheus/", ["server/metrics"] + TESTS),
    ("CUDA", r"(cuda|cublas|cudnn|curand|nvrtc|nvtx)\w*\.h$|(cub|thrust|cuda|nvtx3)/",
     ["core/device/cuda", "core/kernels/cuda", "core/runtime/cuda"] + TESTS),
]

# Formulas, which nvcc and the CPU's compiler see alike; define.h and rules.h make ops out of them.
FORMULA_HEADERS = r"core/ops/pointwise/(?!(define|rules)\.h)[^/]+\.h$"
FORMULA_INCLUDES = ["core/ops/scalar.h"]

# Folders whose subfolders may include each other: the rules of ops are written in ops.
CYCLES_WITHIN = ["core/ops"]

README_LINES = 10
# ---------------------------------------------------------------------------------------------

ROOTS = ["core", "proto", "server", "client", "examples", "bench", "tests"]
DOCUMENTED = ROOTS + ["deploy", "docs", "cmake", "tools", "script"]
HEADERS = {".h", ".cuh"}
SOURCES = HEADERS | {".cc", ".cu", ".inc"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|("(?:\\.|[^"\\\n])*")', re.S)
GUARD = re.compile(r"\s*#\s*(pragma\s+once|ifndef\s+(\w+)\s+#\s*define\s+\2)\b")


def without_comments(text):
    """The text with comments blanked, lines kept, so that offsets still give line numbers."""
    return COMMENT.sub(lambda m: m.group(1) or "\n" * m.group(0).count("\n"), text)


def includes(text):
    """(line, quote, path) of every include, given text without comments."""
    return [(text.count("\n", 0, m.start()) + 1, m.group(1), m.group(2))
            for m in INCLUDE.finditer(text)]


def files_under(root, folders):
    """Every file below the folders, relative to the root; hidden and build folders are skipped."""
    def walk(folder):
        for path in sorted(folder.iterdir()):
            if path.name.startswith((".", "build", "__pycache__")):
                continue
            if path.is_dir():
                yield from walk(path)
            else:
                yield path.relative_to(root).as_posix()
    for folder in folders:
        if (root / folder).is_dir():
            yield from walk(root / folder)


def inside(path, folder):
    if folder.endswith("/"):
        return path.rpartition("/")[0] + "/" == folder
    return path.startswith(folder + "/")


def layer_of(path):
    return max((layer for layer in LAYERS if inside(path, layer)), key=len, default=None)


def check_include(root, path, quote, target):
    """The rules that one include breaks."""
    ours = target.split("/")[0] in ROOTS and "/" in target
    if re.match(FORMULA_HEADERS, path) and target not in FORMULA_INCLUDES:
        yield f"a formula includes only {', '.join(FORMULA_INCLUDES)}, not {target}"
    for library, pattern, folders in LIBRARIES:
        if re.match(pattern, target) and not any(inside(path, folder) for folder in folders):
            yield f"{library} headers belong to {', '.join(folders)}: {target}"
    if ours and quote == "<":
        yield f'our own headers are quoted: "{target}"'
    if not ours:
        if quote == '"' and (root / path).parent.joinpath(target).is_file():
            yield f"includes are written from the repository root: {target}"
        return
    here, there = layer_of(path), layer_of(target)
    if here is None:
        yield f"this folder is in no layer, so it may not include {target}"
    elif here != there and there not in LAYERS[here]:
        yield f"{here} may not include {there or 'a folder in no layer'}: {target}"


def check_file(root, path, text):
    for line, quote, target in includes(text):
        for rule in check_include(root, path, quote, target):
            yield f"{path}:{line}: {rule}"
    if Path(path).suffix in HEADERS and not GUARD.match(text):
        yield f"{path}:1: a header starts with #pragma once or an include guard"


def folder_of(path):
    whole = [folder for folder in CYCLES_WITHIN if inside(path, folder)]
    return whole[0] if whole else path.rpartition("/")[0]


def folder_edges(texts):
    """folder -> {included folder: where}. A folder and its own subfolders count as one."""
    edges = {}
    for path, text in texts.items():
        here = folder_of(path)
        for line, _, target in includes(text):
            there = folder_of(target)
            nested = f"{here}/".startswith(f"{there}/") or f"{there}/".startswith(f"{here}/")
            if target in texts and not nested:
                edges.setdefault(here, {}).setdefault(there, f"{path}:{line}")
    return edges


def check_cycles(edges):
    """Each cycle between folders once, named at the include that closes it."""
    done, trail = set(), []

    def visit(folder):
        if folder in trail:
            cycle = trail[trail.index(folder):]
            yield f"{edges[cycle[-1]][folder]}: folders in a cycle: {' -> '.join(cycle + [folder])}"
            return
        if folder in done:
            return
        trail.append(folder)
        for target in sorted(edges.get(folder, ())):
            yield from visit(target)
        trail.pop()
        done.add(folder)

    for folder in sorted(edges):
        yield from visit(folder)


def check_readmes(root, files):
    """Each layer and top folder that has files says in a few lines what it is."""
    documented = [folder for folder in DOCUMENTED + [f for f in LAYERS if f not in DOCUMENTED]
                  if any(inside(path, folder) for path in files)]
    for folder in documented:
        if f"{folder}/README.md" not in files:
            yield f"{folder}/README.md:1: missing; each folder says in a few lines what it is"
    for path in files:
        if path.endswith("/README.md"):
            lines = len((root / path).read_text(encoding="utf-8").splitlines())
            if lines > README_LINES:
                yield f"{path}:{lines}: a folder's README has at most {README_LINES} lines"


def check(root):
    files = list(files_under(root, DOCUMENTED))
    texts = {path: without_comments((root / path).read_text(encoding="utf-8", errors="replace"))
             for path in files if path.split("/")[0] in ROOTS and Path(path).suffix in SOURCES}
    findings = [finding for path, text in texts.items() for finding in check_file(root, path, text)]
    findings += check_cycles(folder_edges(texts))
    findings += check_readmes(root, set(files))
    return findings, len(texts)


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    findings, count = check(root)
    print("\n".join(findings) or f"layers: {count} files follow the rules")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
