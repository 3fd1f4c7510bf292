"""What script/gpu-check runs; its usage is there."""

import argparse
import datetime
import json
import os
import pathlib
import sys
import threading
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "bench")]

from gpu_check import machine, parts, site, summary  # noqa: E402

PASSED, NOT_PASSED, NO_GPU = 0, 1, 3
MOST_LOGGED = 12_000_000  # characters; what a broken kernel says may have no end


def options():
    parser = argparse.ArgumentParser(prog="script/gpu-check")
    parser.add_argument("--only", choices=parts.ALL, action="append")
    parser.add_argument("--bundle", type=pathlib.Path)
    parser.add_argument("--results", type=pathlib.Path, default=os.environ.get("GRADD_RESULTS"))
    parser.add_argument("--merge", type=pathlib.Path, nargs="+", metavar="JSON")
    parser.add_argument("--preset", default="dev")
    parser.add_argument("--limit", type=float, metavar="SECONDS")
    # To try the check itself where there is no GPU: sim:0 or cpu, some tests.
    parser.add_argument("--device", default="cuda:0", help=argparse.SUPPRESS)
    parser.add_argument("--filter", default="*", help=argparse.SUPPRESS)
    parser.add_argument("--readers", type=int, default=min(4, os.cpu_count()),
                        help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    for name in ("bundle", "results"):
        if getattr(chosen, name):
            setattr(chosen, name, getattr(chosen, name).resolve())
    return chosen


def run_part(name, where, limit_s, logs, keep):
    run, usual_s = parts.ALL[name]
    logs.mkdir(parents=True, exist_ok=True)
    start, lock = time.monotonic(), threading.Lock()

    def timed(found):
        return found | {"seconds": round(time.monotonic() - start, 1)}

    last = {}

    def so_far(found):
        """Whoever ends the check leaves what it has found by then."""
        last.update(found, ok=False)
        keep(timed(last | {"unfinished": True}))

    where.so_far = so_far
    with (logs / f"{name}.log").open("w", buffering=1, encoding="utf-8") as file:
        def log(line):
            with lock:
                if file.tell() < MOST_LOGGED:
                    print(line, file=file)

        try:
            found = run(where, start + (limit_s or usual_s), log)
        except Exception as e:  # the next part is to run all the same
            traceback.print_exc(file=file)
            found = last | {"ok": False, "error": f"{type(e).__name__}: {e}"}
    return timed(found)


def report(result, folder, stem):
    summary.write(result, folder, stem)
    for name, part in result["parts"].items():
        print(f"{name}: {'passed' if part['ok'] else 'NOT passed'} {part.get('error', '')}")
    print(f"written: {folder / stem}.json and .md")
    return PASSED if all(part["ok"] for part in result["parts"].values()) else NOT_PASSED


def main():
    chosen = options()
    kept = chosen.results or ROOT / "docs/results"
    if chosen.merge:
        result = summary.merged([json.loads(path.read_text()) for path in chosen.merge])
        return report(result, kept, f"gpu-{result['measured'][:10]}")
    is_gpu = chosen.device.startswith("cuda")
    if is_gpu and (why := machine.why_no_gpu()):
        print(f"no GPU here: {why}. Nothing was checked.", file=sys.stderr)
        return NO_GPU
    where = site.Site(chosen.bundle, chosen.preset, chosen.device, chosen.filter, chosen.readers)
    now = datetime.datetime.now().astimezone()
    # What did not run on a GPU is never called so, nor kept.
    scratch = chosen.results or ROOT / "build/gpu-check"
    folder = kept if is_gpu else scratch
    stem = f"gpu-{now:%F}" if is_gpu else f"trial-{chosen.device.replace(':', '')}-{now:%F}"
    result = {"device": chosen.device, "measured": now.isoformat(timespec="seconds"),
              "machine": machine.description(where.bundle or ROOT, where.preset), "parts": {}}
    for name in chosen.only or parts.ALL:
        where.say(f"== {name}")

        def keep(found, name=name):
            result["parts"][name] = found
            summary.write(result, folder, stem)

        keep(run_part(name, where, chosen.limit, scratch, keep))
    return report(result, folder, stem)


sys.exit(main())
