"""What script/gpu-check makes of compute-sanitizer."""

import os
import re
import sys
import tempfile
import time
import types
import unittest
import unittest.mock
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "bench")]
from gpu_check import sanitized, sanitizer  # noqa: E402

# A googletest program of one test that says what it was told, and what runs it.
PROGRAM = """#!/bin/sh
case $1 in --gtest_list_tests) printf 'A.\\n  b\\n'; exit ;; esac
echo "[ RUN      ] A.b"
echo "exact blocks: $GRADD_CUDA_EXACT_BLOCKS"
echo "[       OK ] A.b (0 ms)"
"""
SANITIZER = """#!/bin/sh
echo "========= COMPUTE-SANITIZER"
while [ "${1#/}" = "$1" ]; do shift; done
"$@"
%s
"""


class SanitizerTest(unittest.TestCase):
    def findings(self, *texts):
        """Of a process each."""
        findings = sanitizer.Findings()
        for text in texts:
            read = findings.listener()
            for line in text.splitlines():
                read(line)
        return findings.as_json()

    INVALID = """========= Invalid __global__ write of size 4 bytes
=========     at void gradd::cuda::(anonymous namespace)::FoldKernel<gradd::cuda::Sum<(int)2>, \
float>(gradd::cuda::FoldCall)+0x70 in fold.cuh:12
=========     by thread (32,0,0) in block (0,0,0)
=========     Address 0x7f is out of bounds
=========     Saved host backtrace up to driver entry point at kernel launch time
=========
"""
    OF_CUB = """========= Uninitialized __global__ memory read of size 4 bytes
=========     at void cub::CUB_300_NS::ScanKernel<cub::Policy, gradd::cuda::Term *>(T2, int)+0x60
=========     by thread (0,0,0) in block (0,0,0)
"""

    def test_counts_what_it_found(self):
        found = self.findings("""========= COMPUTE-SANITIZER
[ RUN      ] A.b
========= Invalid __global__ write of size 4 bytes
=========     at Fill(float *)+0x70 in fill.cu:12
=========     by thread (32,0,0) in block (0,0,0)
=========     Address 0x7f is out of bounds
=========
========= Target application returned an error
========= ERROR SUMMARY: 3 errors
""")
        self.assertEqual((found["findings"], found["without_summary"]), (3, 0))
        self.assertEqual(found["first"], ["Invalid __global__ write of size 4 bytes [Fill]"])
        self.assertEqual(found["kernels"], {"Fill": 1})

    def test_counts_what_a_process_found_that_was_ended(self):
        found = self.findings(self.INVALID * 2, "========= ERROR SUMMARY: 0 errors\n", "")
        self.assertEqual((found["findings"], found["without_summary"]), (2, 2))
        self.assertEqual(found["kernels"], {"gradd::cuda::{}::FoldKernel": 2})

    def test_findings_of_libraries_are_counted_apart(self):
        found = self.findings(self.INVALID + self.OF_CUB + "========= ERROR SUMMARY: 5 errors\n",
                              self.OF_CUB * 2 + "========= ERROR SUMMARY: 70 errors\n")
        self.assertEqual((found["findings"], found["in_libraries"]), (4, 71))
        self.assertIn("cub::CUB_300_NS::ScanKernel", found["kernels"])

    def test_knows_names_of_kernels(self):
        for text, name in (
                ("at __half cub::A_NS::Reduce<__half, (int)256>::Apply<(bool)1>(T2, int)+0x6320 in "
                 "/cub/reduce.cuh:118", "cub::A_NS::Reduce::Apply"),
                ("at 0x3b0 in void device_bootstrap<unsigned long>(unsigned long*)",
                 "device_bootstrap"),
                ("at 0xd0 in block.cu:37:sumKernel(int *, int *)", "sumKernel"),
                ("at nvjet_sm90_sss_128x64+0x10", "nvjet_sm90_sss_128x64")):
            found = self.findings(f"========= Invalid read\n=========     {text}\n")
            self.assertEqual(list(found["kernels"]), [name])

    def test_counts_races(self):
        found = self.findings("""========= COMPUTE-SANITIZER
========= Error: Race reported between Write access at void Sum<float>(float *)+0x5e0 in a.cu:3
=========     and Read access at void Other(float *)+0x6a0 in a.cu:4 [8 hazards]
=========
========= RACECHECK SUMMARY: 1 hazard displayed (1 error, 0 warnings)
========= RACECHECK SUMMARY: 0 hazards displayed (0 errors, 0 warnings)
""")
        self.assertEqual((found["findings"], found["without_summary"]), (1, 0))
        self.assertEqual(found["kernels"], {"Sum": 1})

    def test_knows_a_clean_run(self):
        found = self.findings("========= COMPUTE-SANITIZER\n========= ERROR SUMMARY: 0 errors\n")
        self.assertEqual((found["findings"], found["without_summary"], found["first"]), (0, 0, []))

    def test_says_that_it_does_not_work_here(self):
        found = self.findings("========= COMPUTE-SANITIZER\n========= Error: Device not supported. "
                              "Please refer to the documentation\n")
        self.assertTrue(found["unsupported"].startswith("Error: Device not supported"))
        for text in ("Error: No attachable process found. compute-sanitizer timed-out.",
                     "Internal Sanitizer Error: The Sanitizer encountered an error"):
            found = self.findings(f"========= {text}\n")
            self.assertEqual((found["unsupported"], found["findings"]), (text, 0))

    def test_options_are_the_tools_own(self):
        self.assertIn("--report-api-errors", sanitizer.command("sanitizer", "memcheck"))
        self.assertNotIn("--report-api-errors", sanitizer.command("sanitizer", "racecheck"))


class RunTest(unittest.TestCase):
    def run_with(self, last_words):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("law_test", PROGRAM), ("sanitizer", SANITIZER % last_words)):
                (Path(folder) / name).write_text(text, encoding="utf-8")
                (Path(folder) / name).chmod(0o755)
            self.so_far, self.log = [], []
            site = types.SimpleNamespace(
                env=dict(os.environ), readers=1, say=lambda text: None,
                program=lambda path: f"{folder}/law_test",
                so_far=lambda found: self.so_far.append(list(found["tools"])))
            with unittest.mock.patch.object(sanitizer, "find", lambda: f"{folder}/sanitizer"):
                return sanitized.run(site, time.monotonic() + 60, self.log.append)

    def test_runs_every_tool(self):
        found = self.run_with("echo ========= ERROR SUMMARY: 0 errors")
        self.assertTrue(found["ok"], found)
        self.assertEqual(list(found["tools"]), ["memcheck", "racecheck", "initcheck"])
        self.assertEqual(self.so_far[0], ["memcheck"])
        self.assertIn("exact blocks: 1", self.log)

    def test_a_process_without_summary_is_not_clean(self):
        found = self.run_with("")
        self.assertFalse(found["ok"])
        self.assertEqual(found["tools"]["memcheck"]["without_summary"], 2)

    def test_findings_in_libraries_are_memchecks_affair_only(self):
        found = self.run_with("echo ========= Invalid read; "
                              "echo '=========     at cub::Scan+0x10'; "
                              "echo ========= ERROR SUMMARY: 1 error")
        self.assertEqual({tool: entry["ok"] for tool, entry in found["tools"].items()},
                         {"memcheck": False, "racecheck": True, "initcheck": True})

    def test_where_it_does_not_work_the_other_tools_are_tried_if_a_test_passed(self):
        found = self.run_with("echo ========= Internal Sanitizer Error: unknown")
        self.assertFalse(found["ok"])
        self.assertEqual(len(found["tools"]), 3)

    def test_racecheck_has_the_ops_whose_kernels_use_shared_memory(self):
        shared = ("reduction.h|softmax.h|cumsum.h|scan.cuh|order.h|position_sort.h|nll.h|nonzero.h|"
                  "write_runs.h|scatter.h|indexed_slices.h")
        include = re.compile(rf'#include "core/kernels/cuda/(?:{shared})"')
        kernels = (ROOT / "core/kernels/cuda/ops").glob("*.cu")
        self.assertEqual(sanitized.SHARING,
                         sorted(path.stem for path in kernels if include.search(path.read_text())))


if __name__ == "__main__":
    unittest.main()
