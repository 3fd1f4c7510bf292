"""Where the programs are and what they compute on: a build here, or an unpacked bundle."""

import os
import pathlib

from gpu_check import machine
from harness.bench import Bench

ROOT = machine.ROOT
# pointwise.add.cuda needs three quarters of it: what a sample of 50 calls makes is 1 GiB each and
# alive until the sample's one request ends.
GPU_BYTES = 72 << 30
LOG_LINES = 40


def is_bundle(folder):
    return (folder / "launch").exists()


class Site:
    def __init__(self, bundle, preset, device, pattern, readers):
        self.bundle = bundle or (ROOT if is_bundle(ROOT) else None)
        self.preset = preset
        if self.bundle and (self.bundle / "BUILD").exists():
            self.preset = (self.bundle / "BUILD").read_text().split()[0]
        self.build = (self.bundle or ROOT) / "build" / self.preset
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
            "GRADD_REFERENCE_VALUES": f"{self.bundle}/tests/conformance/reference_values",
            "GRADD_OPTIMIZER_REFERENCE_VALUES":
                f"{self.bundle}/tests/core/optim/reference_values.txt"}

    def program(self, path):
        """Of a bundle the program itself, not its launcher: compute-sanitizer is to run it."""
        found = self.build / path
        if self.bundle:
            found = self.bundle / "bin" / pathlib.Path(path).name
        if not found.exists():
            raise OSError(f"{path} is not built in {self.build}")
        return str(found)

    def bench(self, until):
        flags = {"device": self.device}
        if self.is_gpu:
            flags |= {"backend_module": self.module, "max_session_bytes": GPU_BYTES,
                      "max_server_bytes": GPU_BYTES}
        elif self.device.startswith("sim"):
            flags["sim"] = 1
        return Bench(self.build, torch_device="cuda" if self.is_gpu else None, until=until, **flags)

    def log_servers(self, bench, log):
        """The last words of its servers."""
        for path in bench.logs:
            if path.exists():
                log(f"== the end of {path.name}")
                for line in path.read_text(errors="replace").splitlines()[-LOG_LINES:]:
                    log(line)

    def so_far(self, found):
        """What a part has found; whoever runs it may replace this."""

    def say(self, text):
        print(text, flush=True)
