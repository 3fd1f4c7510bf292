"""The results: one JSON, and the same for readers."""

import json
import os

from harness import report

MOST_NAMED = 40
# What all parts of a result have in common. The rest may differ from one part to the next, and is
# told of each.
COMMON = ("GPU", "toolkit", "Gradd")


def common(result):
    return [result["device"], *(result["machine"].get(what) for what in COMMON)]


def told_of_each(machines):
    """One description of {part: its machine}."""
    told = {}
    for what in dict.fromkeys(what for machine in machines.values() for what in machine):
        which = {}
        for part, machine in machines.items():
            which.setdefault(machine.get(what, "not known"), []).append(part)
        told[what] = (next(iter(which)) if len(which) == 1 else
                      "; ".join(f"{value} ({', '.join(names)})" for value, names in which.items()))
    return told


def merged(results):
    """Of runs of single parts one; of a part that ran twice the later one counts, unless only the
    earlier one was complete."""
    first = results[0]
    for other in results[1:]:
        if common(other) != common(first):
            raise ValueError(f"the results have not all of {', '.join(COMMON)} in common: "
                             f"{first['machine']} and {other['machine']}")
    parts, machines = {}, {}
    for result in sorted(results, key=lambda result: result["measured"]):
        for name, part in result["parts"].items():
            if name in parts and part.get("unfinished") and not parts[name].get("unfinished"):
                continue
            parts[name], machines[name] = part, result["machine"]
    return first | {"parts": parts, "machine": told_of_each(machines),
                    "measured": max(r["measured"] for r in results)}


def listed(items):
    """At most so many of them as text, and how many are left out."""
    items = list(items)
    more = f" and {len(items) - MOST_NAMED} more" if len(items) > MOST_NAMED else ""
    return ", ".join(map(str, items[:MOST_NAMED])) + more


def failures(failed):
    for test, lines in list(failed.items())[:MOST_NAMED]:
        yield from [f"- `{test}`", "  ```", *(f"  {line}" for line in lines), "  ```"]
    if len(failed) > MOST_NAMED:
        yield f"- and {len(failed) - MOST_NAMED} more"


def of_tests(tests):
    """A table of programs, then what went wrong in each."""
    yield from ["| program | passed | failed | without a kernel | skipped | not run |",
                "|---|---|---|---|---|---|"]
    for name, entry in tests.items():
        missing = sum(map(len, entry["missing"].values()))
        yield (f"| {name} | {entry['passed']} | {len(entry['failed'])} | {missing} | "
               f"{len(entry['skipped'])} | {len(entry['not_run'])} |")
    missing = sorted({op for entry in tests.values() for op in entry["missing"]})
    if missing:
        # All of them: this is the list of what is to be written.
        yield from ["", f"No kernel for {len(missing)}: {', '.join(missing)}."]
    for name, entry in tests.items():
        if entry["failed"]:
            yield from ["", f"Failed in {name}:", "", *failures(entry["failed"])]
        if entry["skipped"]:
            reasons = sorted(set(filter(None, entry["skipped"].values())))
            yield from ["", f"Skipped in {name}: {listed(entry['skipped'])}. {listed(reasons)}"]
        if entry["not_run"]:
            yield from ["", f"Time was up in {name} before {len(entry['not_run'])} tests."]


def of_sanitizer(part):
    if part.get("note"):
        yield f"Not complete: {part['note']}"
    for tool, entry in part["tools"].items():
        yield from ["", f"**{tool}**: {entry['findings']} findings, {entry['in_libraries']} in "
                    f"libraries' kernels, in {entry['passed']} tests that passed, "
                    f"{len(entry['failed'])} that failed and "
                    f"{sum(map(len, entry['missing'].values()))} without a kernel; "
                    f"{len(entry['not_run'])} not run."]
        if entry["without_summary"]:
            yield (f"{entry['without_summary']} processes were ended before they could sum up; of "
                   "those what they had printed is counted.")
        if entry["kernels"]:
            yield from ["", "Printed of each kernel: " + ", ".join(
                f"`{kernel}` {count}" for kernel, count in entry["kernels"].items()) + "."]
        yield from ["", *(f"- `{line}`" for line in entry["first"])]


def of_rows(rows):
    yield from ["Medians; the ratio is the anchor's cost over ours.", "",
                "| row | mode | ours | anchor | unit | ratio | spread | goal | | anchor is |",
                "|---" * 10 + "|"]
    for row in rows:
        cells = [row["name"], row["mode"], report.number(row["ours"]),
                 report.number(row["anchor"]), row["unit"], report.number(row["ratio"]),
                 report.number(row["spread"]), row["goal"], report.verdict(row), row["anchor_is"]]
        yield f"| {' | '.join(cells)} |"


def text(result):
    lines = [f"# gpu-check on {result['device']}, {result['measured']}", ""]
    lines += [f"{what}: {which}  " for what, which in result["machine"].items()]
    absent = [part for part in ("laws", "server", "sanitizer", "bench")
              if part not in result["parts"]]
    if absent:
        lines += ["", f"**Not part of this run**: {', '.join(absent)}."]
    for name, part in result["parts"].items():
        verdict = "passed" if part["ok"] else "NOT passed"
        lines += ["", f"## {name}: {verdict} ({part['seconds']:.0f} s)", ""]
        if part.get("error"):
            lines += [f"Ended by a mistake of the check itself: {part['error']}"]
        if part.get("unfinished"):
            lines += ["**The check was ended in this part.** What it had found by then:", ""]
        if part.get("PyTorch"):
            lines += [f"PyTorch: {part['PyTorch']}", ""]
        if "tests" in part:
            lines += of_tests(part["tests"])
        if "training" in part:
            lines += ["", f"train_mlp with the server: {part['training']['said']}"]
        if "tools" in part:
            lines += of_sanitizer(part)
        if "rows" in part:
            lines += of_rows(part["rows"])
    return "\n".join(lines) + "\n"


def write(result, folder, stem):
    """Whoever ends the check while this writes has the files as they were before."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in ((f"{stem}.json", json.dumps(result, indent=1, ensure_ascii=False) + "\n"),
                          (f"{stem}.md", text(result))):
        part = folder / f".{name}.part"
        part.write_text(content, encoding="utf-8")
        os.replace(part, folder / name)
