"""compute-sanitizer: how it is called and what it says."""

import collections
import glob
import os
import re
import shutil

# No blocks but those that were asked for, each given back when it is freed (core/device/cuda):
# otherwise what reads beside its block, or after it was freed, reads memory that is allocated.
ENVIRONMENT = {"GRADD_CUDA_EXACT_BLOCKS": "1"}
MOST_FINDINGS = 20
SUMMARY = re.compile(r"========= (?:ERROR|RACECHECK) SUMMARY: (\d+)")
# What is no finding: banners, summaries, and what is told of a finding after its first line.
OTHER = re.compile(r"=========(?:\s*$|\s{2,}| COMPUTE-SANITIZER| \w+ SUMMARY"
                   r"| (?:Error: )?Target application| Program was)")
UNSUPPORTED = re.compile(r"========= .*(Device not supported|Unable to find injection|"
                         r"Error: .*not supported|Failed to initialize|No attachable process|"
                         r"Internal Sanitizer Error)")
# "at Kernel(float *)+0x70 in kernel.cu:12"; earlier releases: "at 0x70 in kernel.cu:12:Kernel(…)".
PLACE = re.compile(r"=========(?:\s+|.* access )at (?:0x[0-9a-f]+ in (?:\S+:\d+:)?)?"
                   r"(.+?)(?:\+0x[0-9a-f]+.*)?$")
# Kernels of CUB, Thrust, CUTLASS and cuBLAS.
LIBRARY = re.compile(r"^(?:cub|thrust|cutlass)::|cublas|xmma|nvjet|gemm|gemv|splitK")


def find():
    """The program, or None."""
    folders = ["/usr/local/cuda*/bin", "/usr/local/cuda*/compute-sanitizer", "/opt/nvidia/*/bin"]
    found = [path for folder in folders
             for path in sorted(glob.glob(f"{folder}/compute-sanitizer"))]
    return shutil.which("compute-sanitizer") or next(filter(os.path.isfile, found), None)


def command(program, tool):
    # Tests ask for what CUDA must refuse, so refused calls are no finding.
    quiet = ["--report-api-errors", "no"] if tool == "memcheck" else []
    return [program, "--tool", tool, *quiet, "--print-limit", "50"]


def name_of(place):
    """A function's name with its namespaces, without types: of a kernel as it is printed."""
    place = place.replace("(anonymous namespace)", "{}").replace("<unnamed>", "{}")
    while (shorter := re.sub(r"<[^<>]*>", "", place)) != place:
        place = shorter
    words = place.split("(")[0].split()
    return words[-1] if words else ""


class Process:
    """What one process says, which may be ended before it can sum that up."""

    def __init__(self):
        self.summary = None
        self.findings = []  # [first line, the kernel's name]
        self.unsupported = ""

    def read(self, line):
        if found := SUMMARY.match(line):
            self.summary = (self.summary or 0) + int(found[1])
        elif UNSUPPORTED.match(line):
            self.unsupported = self.unsupported or line.removeprefix("========= ")
        elif not line.startswith("========="):
            return
        elif not OTHER.match(line):
            self.findings.append([line.removeprefix("========= "), ""])
        if self.findings and not self.findings[-1][1] and (place := PLACE.search(line)):
            self.findings[-1][1] = name_of(place[1])

    def in_libraries(self):
        """Of those that were printed."""
        return sum(1 for _, kernel in self.findings
                   if LIBRARY.search(kernel) and "gradd" not in kernel)

    def count(self):
        """Those of our kernels and of nobody knows whose, and those of libraries' kernels."""
        libraries = self.in_libraries()
        total = len(self.findings) if self.summary is None else self.summary
        if libraries and libraries == len(self.findings):
            return 0, max(total, libraries)  # more than are printed are of the same kind
        return max(0, total - libraries), libraries


class Findings:
    """What one tool says of any number of processes."""

    def __init__(self):
        self.processes = []

    def listener(self):
        """For the lines of one more process."""
        self.processes.append(Process())
        return self.processes[-1].read

    @property
    def unsupported(self):
        return next((process.unsupported for process in self.processes if process.unsupported), "")

    def as_json(self):
        counts = [process.count() for process in self.processes]
        printed = [finding for process in self.processes for finding in process.findings]
        kernels = collections.Counter(kernel or "not known" for _, kernel in printed)
        # Of each kernel one, then the others: one that is found everywhere hides no other.
        first = list({kernel: line for line, kernel in reversed(printed)}.items())[::-1]
        return {"findings": sum(own for own, _ in counts),
                "in_libraries": sum(libraries for _, libraries in counts),
                "kernels": dict(kernels.most_common(MOST_FINDINGS)),
                "first": [f"{line} [{kernel}]" if kernel else line
                          for kernel, line in first[:MOST_FINDINGS]],
                "without_summary": sum(process.summary is None for process in self.processes),
                "unsupported": self.unsupported}
