"""What script/gpu-check writes, and how it makes one result of several."""

import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "bench")]
from gpu_check import gtest, programs, sanitizer, summary  # noqa: E402


def result(when="2026-01-02T03:04:05+00:00", gpu="a GPU", **found):
    return {"device": "cuda:0", "measured": when, "machine": {"GPU": gpu}, "parts": found}


class SummaryTest(unittest.TestCase):
    LAWS = {"ok": False, "seconds": 12, "tests": {"law_test": programs.as_json(gtest.Outcome(
        passed=7, failed={"A.b": ["a.cc:3: Failure", "1 is not 2"]},
        missing={"sum": ["A.c", "A.d"]}, skipped={"A.e": "no peer"}, not_run=["A.f"]))}}

    def test_tells_failures_from_missing_kernels(self):
        text = summary.text(result(laws=self.LAWS))
        self.assertIn("## laws: NOT passed (12 s)", text)
        self.assertIn("| law_test | 7 | 1 | 2 | 1 | 1 |", text)
        self.assertIn("No kernel for 1: sum.", text)
        self.assertIn("  1 is not 2", text)
        self.assertIn("Skipped in law_test: A.e. no peer", text)
        self.assertIn("Time was up in law_test before 1 tests.", text)
        self.assertIn("**Not part of this run**: server, sanitizer, bench.", text)

    def test_a_later_run_of_a_part_counts(self):
        bench = {"ok": True, "seconds": 1, "rows": []}
        later = result("2026-01-02T04:00:00+00:00", laws=self.LAWS | {"ok": True})
        both = summary.merged([later, result(laws=self.LAWS, bench=bench)])
        self.assertEqual(set(both["parts"]), {"laws", "bench"})
        self.assertTrue(both["parts"]["laws"]["ok"])
        self.assertEqual(both["measured"], later["measured"])

    def test_results_of_two_machines_are_not_one(self):
        with self.assertRaises(ValueError):
            summary.merged([result(laws=self.LAWS), result(gpu="another")])

    def test_what_machines_may_differ_in_is_told_of_each_part(self):
        bench = {"ok": True, "seconds": 1, "rows": [], "PyTorch": "3.0"}
        one, other = result(laws=self.LAWS), result(bench=bench)
        one["machine"] |= {"driver": "570", "cores": "16"}
        other["machine"] |= {"driver": "575", "cores": "16"}
        both = summary.merged([one, other])
        self.assertEqual(both["machine"], {"GPU": "a GPU", "driver": "570 (laws); 575 (bench)",
                                           "cores": "16"})
        self.assertIn("PyTorch: 3.0", summary.text(both))

    def test_a_later_run_that_was_ended_does_not_count(self):
        ended = result("2026-01-02T04:00:00+00:00",
                       laws={"ok": False, "unfinished": True, "seconds": 1, "tests": {}})
        self.assertIn("**The check was ended in this part.**", summary.text(ended))
        both = summary.merged([result(laws=self.LAWS), ended])
        self.assertEqual(both["parts"]["laws"], self.LAWS)

    def test_names_the_kernels_that_were_found(self):
        findings = sanitizer.Findings()
        read = findings.listener()
        read("========= Invalid __global__ write of size 4 bytes")
        read("=========     at void gradd::cuda::(anonymous namespace)::FoldKernel<float>()+0x70")
        entry = programs.as_json(gtest.Outcome(passed=2)) | findings.as_json()
        text = summary.text(result(sanitizer={"ok": False, "seconds": 1,
                                              "tools": {"memcheck": entry}}))
        self.assertIn("1 findings, 0 in libraries' kernels, in 2 tests that passed", text)
        self.assertIn("`gradd::cuda::{}::FoldKernel` 1", text)
        self.assertIn("were ended before they could sum up", text)

    def test_writes_both_files_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(2):
                summary.write(result(laws=self.LAWS), Path(folder), "gpu-x")
            self.assertEqual(sorted(path.name for path in Path(folder).iterdir()),
                             ["gpu-x.json", "gpu-x.md"])


if __name__ == "__main__":
    unittest.main()
