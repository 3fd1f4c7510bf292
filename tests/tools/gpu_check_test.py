"""What script/gpu-check reads of a googletest program, whatever that does."""

import stat
import sys
import tempfile
import time
import types
import unittest
import unittest.mock
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "bench")]
from gpu_check import gtest, parts, programs  # noqa: E402

# A googletest program: one test ends the process, one loses the device and would spoil the others,
# one asks for what has no kernel.
PROGRAM = r'''#!/usr/bin/env python3
import os, sys, time
TESTS = ["good", "crash", "lost", "missing", "skipped", "last"]
if "--gtest_list_tests" in sys.argv:
    print("Running main() from gtest_main.cc\nAll/Law.")
    for test in TESTS:
        print(f"  {test}  # GetParam() = 0x1")
    print("  DISABLED_never")
    sys.exit()
flags = next(a for a in sys.argv if a.startswith("--gtest_flagfile=")).split("=", 1)[1]
chosen = open(flags).read().strip().removeprefix("--gtest_filter=").split(":")
def say(*lines):
    print(*lines, sep="\n", flush=True)
is_lost = False
for test in TESTS:
    name = "All/Law." + test
    if name not in chosen:
        continue
    say(f"[ RUN      ] {name}")
    if test == "crash":
        say("unexpected error: INTERNAL: broken")
        os.abort()
    if test == "lost" or is_lost:
        is_lost = True
        say("law.cc:3: Failure", "cuda:0: an illegal address (cudaErrorIllegalAddress)",
            f"[  FAILED  ] {name}, where GetParam() = 0x1 (3 ms)")
        time.sleep(3)  # the process is not to come to the next test
    elif test == "missing":
        say("UNIMPLEMENTED: sum(): no kernel for device cuda:0",
            f"[  FAILED  ] {name}, where GetParam() = 0x1 (3 ms)")
    elif test == "skipped":
        say("law.cc:5: Skipped", "one device only", f"[  SKIPPED ] {name} (0 ms)")
    else:
        say(f"[       OK ] {name} (0 ms)")
say("[  FAILED  ] 1 test, listed below:", "[  FAILED  ] All/Law.good")
'''


class GtestTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = Path(folder.name) / "law_test"

    def run_program(self, text, limit_s=60, **options):
        self.program.write_text(text, encoding="utf-8")
        self.program.chmod(self.program.stat().st_mode | stat.S_IXUSR)
        self.log = []
        return gtest.run([str(self.program)], None, time.monotonic() + limit_s, self.log.append,
                         **options)

    def test_goes_on_after_what_ends_a_process(self):
        outcome = self.run_program(PROGRAM)
        self.assertEqual(outcome.passed, 2)
        self.assertEqual(sorted(outcome.failed), ["All/Law.crash", "All/Law.lost"])
        self.assertEqual(outcome.failed["All/Law.crash"],
                         ["unexpected error: INTERNAL: broken", "ended with status -6"])
        self.assertEqual(outcome.missing, {"sum": ["All/Law.missing"]})
        self.assertEqual(outcome.skipped, {"All/Law.skipped": "one device only"})
        self.assertEqual(outcome.not_run, [])

    def test_does_not_run_what_time_does_not_allow(self):
        outcome = self.run_program(PROGRAM, limit_s=-1, names=["All/Law.good"])
        self.assertEqual((outcome.passed, outcome.not_run), (0, ["All/Law.good"]))

    def test_ends_a_test_that_outlasts_the_time(self):
        hanging = ("#!/usr/bin/env python3\nimport time\n"
                   "print('[ RUN      ] A.b', flush=True)\ntime.sleep(60)\n")
        outcome = self.run_program(hanging, limit_s=1, names=["A.b", "A.c"])
        self.assertEqual(outcome.failed, {})
        self.assertEqual(outcome.not_run, ["A.b", "A.c"])

    def test_a_test_that_hangs_fails(self):
        hanging = ("#!/usr/bin/env python3\nimport sys, time\nif 'A.b' in open(sys.argv[1]."
                   "split('=')[1]).read():\n print('[ RUN      ] A.b', flush=True)\n"
                   " time.sleep(60)\nprint('[ RUN      ] A.c\\n[       OK ] A.c (0 ms)')\n")
        outcome = self.run_program(hanging, names=["A.b", "A.c"], silence_s=1)
        self.assertEqual(list(outcome.failed), ["A.b"])
        self.assertRegex(outcome.failed["A.b"][0], "printed nothing for [12] s")
        self.assertEqual((outcome.passed, outcome.not_run), (1, []))

    def test_where_one_test_hangs_the_next_ones_have_less_time(self):
        hanging = ("#!/bin/sh\ntest=$(sed 's/.*=\\(A.[bcd]\\).*/\\1/' \"${1#*=}\")\n"
                   "echo \"[ RUN      ] $test\"\nexec sleep 60\n")
        start = time.monotonic()
        with unittest.mock.patch.object(gtest, "LEAST_SILENCE_S", 1):
            outcome = self.run_program(hanging, names=["A.b", "A.c", "A.d"], silence_s=4)
        self.assertEqual(list(outcome.failed), ["A.b", "A.c", "A.d"])
        self.assertLess(time.monotonic() - start, 11)

    def test_a_test_that_hangs_when_time_is_up_fails(self):
        outcome = self.run_program("#!/bin/sh\necho '[ RUN      ] A.b'\nexec sleep 60\n",
                                   limit_s=2, names=["A.b", "A.c"], silence_s=3)
        self.assertEqual((list(outcome.failed), outcome.not_run), (["A.b"], ["A.c"]))

    def test_time_that_is_up_before_any_test_is_no_failure(self):
        outcome = self.run_program("#!/bin/sh\nexec sleep 60\n", limit_s=1, names=["A.b"])
        self.assertEqual((outcome.failed, outcome.not_run), ({}, ["A.b"]))

    def test_a_program_that_does_not_end_after_its_tests_fails(self):
        text = ("#!/bin/sh\necho '[ RUN      ] A.b'\necho '[       OK ] A.b (0 ms)'\n"
                "exec sleep 60 >&- 2>&-\n")
        with unittest.mock.patch.object(gtest, "EXIT_S", 1):
            outcome = self.run_program(text, names=["A.b"])
        self.assertEqual((outcome.passed, outcome.failed),
                         (1, {"law_test (the program)": ["did not end after its tests"]}))

    def test_a_program_that_runs_no_test_fails(self):
        outcome = self.run_program("#!/bin/sh\necho no device cuda:0\nexit 1\n", names=["A.b"])
        self.assertEqual(list(outcome.failed.values()),
                         [["no device cuda:0", "ended with status 1 before any test"]])
        self.assertFalse(programs.as_json(outcome)["ok"])

    def test_a_program_that_crashes_after_its_tests_fails(self):
        outcome = self.run_program("#!/bin/sh\necho '[ RUN      ] A.b'\n"
                                   "echo '[       OK ] A.b (0 ms)'\nkill -SEGV $$\n", names=["A.b"])
        self.assertEqual(outcome.failed,
                         {"law_test (the program)": ["ended with status -11 after its tests"]})

    def test_a_program_that_cannot_start_fails(self):
        outcome = self.run_program("#!/bin/sh\necho libsleef.so.3: not found >&2\nexit 127\n")
        self.assertEqual(outcome.failed, {"law_test (the program)": ["libsleef.so.3: not found"]})

    def test_a_missing_kernel_is_not_a_pass(self):
        self.assertFalse(programs.as_json(gtest.Outcome(passed=3, missing={"sum": ["A.b"]}))["ok"])
        self.assertTrue(programs.as_json(gtest.Outcome(passed=3, skipped={"A.b": "why"}))["ok"])
        self.assertFalse(programs.as_json(gtest.Outcome())["ok"])

    def test_kernels_of_optimizers(self):
        reader = gtest.Reader()
        for line in ("[ RUN      ] Adam.Steps",
                     "optimizers and gradient clipping: no kernels for device cuda:0",
                     "[  FAILED  ] Adam.Steps (1 ms)"):
            reader.read(line)
        self.assertEqual(reader.outcome.missing,
                         {"optimizers and gradient clipping": ["Adam.Steps"]})

    def test_shares_have_every_test_once(self):
        self.assertEqual(programs.shares(list("abcde"), 2), [["a", "c", "e"], ["b", "d"]])
        self.assertEqual(programs.shares(["a"], 4), [["a"]])


class PartsTest(unittest.TestCase):
    def test_leave_a_lease_of_half_an_hour_some_time(self):
        limits = [limit_s for _, limit_s in parts.ALL.values()]
        self.assertLess(sum(limits), 1500)
        self.assertLess(max(limits), 500)

    def test_a_program_that_is_missing_costs_itself(self):
        found = []
        site = types.SimpleNamespace(env=None, pattern="*", say=lambda text: None,
                                     so_far=found.append)
        site.program = unittest.mock.Mock(side_effect=OSError("law_test is not built"))
        result = programs.run_all(site, ["a/law_test", "a/other_test"], time.monotonic() + 9, print)
        self.assertEqual(list(result["tests"]), ["a/law_test", "a/other_test"])
        self.assertFalse(result["ok"])
        self.assertEqual(len(found), 2)

    def test_programs_leave_time_to_later_ones(self):
        site = types.SimpleNamespace(pattern="*", say=lambda text: None,
                                     so_far=lambda found: None)
        for limit_s, shares in ((100, [60, 80, 100]), (30, [10, 15, 30])):
            now = time.monotonic()
            with unittest.mock.patch.object(programs, "run_tests",
                                            return_value=gtest.Outcome(passed=1)) as run_tests:
                self.assertTrue(programs.run_all(site, list("abc"), now + limit_s, print)["ok"])
            for call, share in zip(run_tests.call_args_list, shares):
                self.assertAlmostEqual(call.args[2] - now, share, delta=1)


if __name__ == "__main__":
    unittest.main()
