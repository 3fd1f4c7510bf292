"""Where the programs are and what they compute on: a build here, or an unpacked bundle."""

import os
import pathlib

from gpu_check import machine
from harness.bench import Bench

ROOT = machine.ROOT


def is_bundle(folder):
    return (folder / "launch").exists()


class Site:
    def __init__(self, bundle, device, pattern, readers):
        self.bundle = bundle or (ROOT if is_bundle(ROOT) else None)
        self.build = (self.bundle or ROOT) / "build/dev"
        self.device, self.pattern, self.readers = device, pattern, readers
        self.is_gpu = device.startswith("cuda")
        self.env = dict(os.environ) | {"GRADD_TEST_DEVICE": device}
        if self.is_gpu:
            self.module = self.build / "core/libgradd_cuda.so"
            self.env["GRADD_TEST_MODULE"] = str(self.module)
        if self.bundle:
            self.use_bundle()

    def use_bundle(self):
        folders = machine.library_folders()
        # `launch` has it for what is started without this environment.
        os.environ["GRADD_CUDA_LIBRARIES"] = ":".join(folders)
        before = os.environ.get("LD_LIBRARY_PATH", "").split(":")
        self.env |= {
            "LD_LIBRARY_PATH": ":".join(filter(None, [f"{self.bundle}/lib", *before, *folders])),
            "GRADD_REFERENCE_VALUES": f"{self.bundle}/tests/conformance/reference_values"}

    def program(self, path):
        """Of a bundle the program itself, not its launcher: compute-sanitizer is to run it."""
        found = self.build / path
        if self.bundle:
            found = self.bundle / "bin" / pathlib.Path(path).name
        if not found.exists():
            raise OSError(f"{path} is not built in {self.build}")
        return str(found)

    def bench(self):
        flags = {"device": self.device, "max_session_bytes": 32 << 30}
        if self.is_gpu:
            flags["backend_module"] = self.module
        elif self.device.startswith("sim"):
            flags["sim"] = 1
        return Bench(self.build, torch_device="cuda" if self.is_gpu else None, **flags)

    def say(self, text):
        print(text, flush=True)
