"""What it runs on: the GPU, the driver, the toolkit, PyTorch, and which build of which Gradd."""

import ctypes
import glob
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


# Without importing it, which takes seconds.
TORCH_VERSION = ("import importlib.metadata as m, importlib.util as u\n"
                 "if u.find_spec('torch'): print(m.version('torch'))")


def output_of(*command):
    try:
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True,
                              timeout=30).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def why_no_gpu():
    """Why CUDA has no device here; empty where it has one."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError as e:
        return f"no NVIDIA driver ({e})"
    if error := driver.cuInit(0):
        return f"the driver refuses to start (cuInit: error {error})"
    count = ctypes.c_int(0)
    driver.cuDeviceGetCount(ctypes.byref(count))
    return "" if count.value else "the driver has no device"


def library_folders():
    """Where CUDA's libraries may be that the loader does not find by itself: the toolkit's, else
    those that PyTorch came with."""
    toolkits = [os.environ.get("CUDA_HOME", "/usr/local/cuda") + "/lib64",
                *sorted(glob.glob("/usr/local/cuda-*/lib64"), reverse=True)]
    wheels = [folder for path in sys.path for folder in glob.glob(f"{path}/nvidia/*/lib")]
    return [folder for folder in dict.fromkeys(toolkits + wheels) if os.path.isdir(folder)]


def torch():
    """A Python that has PyTorch, and its version: the one that is named, this one, or the
    benchmarks'. Nothing where none has."""
    for python in (os.environ.get("GRADD_TORCH_PYTHON"), sys.executable,
                   str(ROOT / "build/bench/torch-venv/bin/python")):
        if python and (version := output_of(python, "-c", TORCH_VERSION)):
            return python, version
    return "", ""


def build_type(folder, preset):
    """What the programs of a bundle, or of a build here, were compiled as."""
    packed = folder / "BUILD"
    if packed.exists():
        return packed.read_text().strip()
    cache = folder / "build" / preset / "CMakeCache.txt"
    found = cache.exists() and re.search(r"CMAKE_BUILD_TYPE:\w+=(\w+)", cache.read_text())
    return f"{preset} {found[1] if found else ''}".strip()


def description(folder, preset):
    """Lines of (what, which). `folder`: a bundle, or the repository."""
    gpu = output_of("nvidia-smi", "--query-gpu=name,memory.total,driver_version",
                    "--format=csv,noheader").splitlines()
    name, memory, driver = (gpu[0].split(", ") + [""] * 2)[:3] if gpu else ("none seen", "", "")
    toolkit = re.search(r"release (\S+),", output_of("nvcc", "--version"))
    commit = folder / "COMMIT"  # of a bundle
    which = (commit.read_text().strip() if commit.exists() else
             output_of("git", "describe", "--always", "--dirty", "--exclude=*"))
    build = build_type(folder, preset)
    if "Release" not in build:
        build += ", with assertions: no figure is a release's"
    return {"GPU": name, "memory": memory, "driver": driver,
            "toolkit": toolkit[1] if toolkit else "no nvcc",
            "cores": str(os.cpu_count()),
            "Gradd": which or "not known",
            "build": build}
