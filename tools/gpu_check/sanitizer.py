"""compute-sanitizer: how it is called and what it says."""

import glob
import os
import re
import shutil

TOOLS = ("memcheck", "racecheck", "initcheck")
MOST_FINDINGS = 20
SUMMARY = re.compile(r"========= (?:ERROR|RACECHECK) SUMMARY: (\d+)")
# What is no finding: banners, summaries, and what is told of a finding after its first line.
OTHER = re.compile(r"=========(?:\s*$|\s{2,}| COMPUTE-SANITIZER| \w+ SUMMARY| Target application"
                   r"| Program was)")
UNSUPPORTED = re.compile(r"========= .*(Device not supported|Unable to find injection|"
                         r"Error: .*not supported|Failed to initialize)")


def find():
    """The program, or None."""
    folders = ["/usr/local/cuda*/bin", "/usr/local/cuda*/compute-sanitizer", "/opt/nvidia/*/bin"]
    found = [path for folder in folders
             for path in sorted(glob.glob(f"{folder}/compute-sanitizer"))]
    return shutil.which("compute-sanitizer") or next(filter(os.path.isfile, found), None)


def command(program, tool):
    # Tests ask for what CUDA must refuse, so refused calls are no finding.
    return [program, "--tool", tool, "--report-api-errors", "no", "--print-limit", "50"]


class Findings:
    """Counts what one tool says of any number of processes."""

    def __init__(self):
        self.count = 0
        self.summaries = 0
        self.first = []
        self.unsupported = ""

    def read(self, line):
        if found := SUMMARY.match(line):
            self.count += int(found[1])
            self.summaries += 1
        elif found := UNSUPPORTED.match(line):
            self.unsupported = self.unsupported or line.removeprefix("========= ")
        elif line.startswith("=========") and not OTHER.match(line):
            if len(self.first) < MOST_FINDINGS:
                self.first.append(line.removeprefix("========= "))
