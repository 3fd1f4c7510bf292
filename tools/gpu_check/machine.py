"""What it runs on: the GPU, the driver, the toolkit, PyTorch, and which Gradd."""

import ctypes
import functools
import glob
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def output_of(*command):
    try:
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True,
                              timeout=120).stdout.strip()
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


@functools.cache  # importing PyTorch takes seconds
def torch_python():
    """A Python with PyTorch: this one, or the benchmarks'."""
    own = ROOT / "build/bench/torch-venv/bin/python"
    for python in (sys.executable, str(own)):
        if output_of(python, "-c", "import torch; print(torch.__version__)"):
            return python
    return ""


def description():
    """Lines of (what, which)."""
    gpu = output_of("nvidia-smi", "--query-gpu=name,driver_version,memory.total",
                    "--format=csv,noheader").splitlines()
    toolkit = re.search(r"release (\S+),", output_of("nvcc", "--version"))
    python = torch_python()
    torch = python and output_of(python, "-c", "import torch; print(torch.__version__)")
    commit = ROOT / "COMMIT"  # of a bundle
    which = (commit.read_text().strip() if commit.exists() else
             output_of("git", "describe", "--always", "--dirty", "--exclude=*"))
    return {"GPU, driver, memory": gpu[0] if gpu else "none seen by nvidia-smi",
            "toolkit": toolkit[1] if toolkit else "no nvcc",
            "PyTorch": torch or "not installed",
            "cores": str(os.cpu_count()),
            "Gradd": which or "not known"}
