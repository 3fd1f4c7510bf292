"""What one row of bench/ costs the others when it cannot be measured: nothing."""

import sys
import tempfile
import time
import types
import unittest
import unittest.mock
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "bench")]
from gpu_check import bench_rows, machine  # noqa: E402
from harness.bench import Bench  # noqa: E402
from harness.measurer import Failed, Measurer  # noqa: E402
from harness.row import NO_GOAL, Row  # noqa: E402


class MeasurerTest(unittest.TestCase):
    def test_a_sample_takes_no_longer_than_there_is_time(self):
        measurer = Measurer(["/bin/sh", "-c", "echo ready; read x; echo 5; read x; exec sleep 60"],
                            time.monotonic() + 1)
        self.assertEqual(measurer.sample(), 5)
        start = time.monotonic()
        with self.assertRaisesRegex(Failed, "said nothing for"):
            measurer.sample()
        self.assertLess(time.monotonic() - start, 10)

    def test_says_how_a_process_ended(self):
        with self.assertRaisesRegex(Failed, "ended with status 3"):
            Measurer(["/bin/sh", "-c", "exit 3"])
        with self.assertRaisesRegex(Failed, "wrong sum"):
            Measurer(["/bin/sh", "-c", "echo error: wrong sum"])


def row_of(name, ours, anchor=None):
    side = lambda value: types.SimpleNamespace(sample=lambda: value)  # noqa: E731
    return Row(name, "ms", "sync", "an anchor", NO_GOAL, samples=3, warm_up=0, open=lambda bench: (
        side(ours()), lambda: side((anchor or ours)())))


def missing():
    raise FileNotFoundError(2, "No such file", "program")


class RowsTest(unittest.TestCase):
    def run_rows(self, *rows, limit_s=60):
        self.so_far, self.log = [], []
        site = types.SimpleNamespace(
            is_gpu=False, bundle=None, say=lambda text: None,
            bench=lambda until: Bench(Path("nowhere"), until=until),
            log_servers=lambda bench, log: log("server"),
            so_far=lambda found: self.so_far.append(len(found["rows"])))
        with unittest.mock.patch.object(bench_rows.cuda, "rows", lambda is_gpu: rows), \
                unittest.mock.patch.object(machine, "torch", lambda: ("", "")):
            return bench_rows.run(site, time.monotonic() + limit_s, self.log.append)

    def test_a_missing_program_loses_one_row(self):
        found = self.run_rows(row_of("first", missing), row_of("second", lambda: 2.0))
        self.assertFalse(found["ok"])
        self.assertEqual([row["ratio"] for row in found["rows"]], [None, 1.0])
        self.assertIn("No such file", found["rows"][0]["reason"])
        self.assertEqual(self.so_far, [1, 2])
        self.assertEqual(self.log.count("server"), 1)

    def test_a_missing_anchor_leaves_ours(self):
        row = self.run_rows(row_of("first", lambda: 2.0, missing))["rows"][0]
        self.assertEqual((row["ours"], row["ratio"]), (2.0, None))

    def test_rows_beyond_the_time_say_so(self):
        found = self.run_rows(row_of("first", lambda: 2.0), limit_s=-1)
        self.assertEqual(found["rows"][0]["reason"], "the time of this part was up")
        self.assertFalse(found["ok"])


class SiteTest(unittest.TestCase):
    def test_the_end_of_a_servers_log_is_kept(self):
        from gpu_check.site import LOG_LINES, Site
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "server-1.log"
            path.write_text("\n".join(map(str, range(100))), encoding="utf-8")
            bench = types.SimpleNamespace(logs=[path, Path(folder) / "server-2.log"])
            lines = []
            Site(None, "dev", "cpu", "*", 1).log_servers(bench, lines.append)
        self.assertEqual(len(lines), LOG_LINES + 1)
        self.assertEqual(lines[-1], "99")


if __name__ == "__main__":
    unittest.main()
