"""Results as a table, as build/bench/results.json, and as what docs/results keeps."""

import datetime
import json

from harness import machine
from harness.bench import OUT, ROOT

RESULTS = OUT / "results.json"
KEPT = ROOT / "docs/results"
# With so many cores busy before a row began, its figures are provisional.
QUIET = 0.1


def number(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def verdict(row):
    if row["ratio"] is None:
        return row.get("reason", "")
    if not row["goal"]:
        return ""
    return "reached" if row["reached"] else "missed"


def line(row):
    return (f"{row['name']:36} {number(row['ours']):>9} {number(row['anchor']):>9} "
            f"{row['unit']:10} {number(row['ratio']):>7} {number(row['spread']):>7}  "
            f"{row['goal']:22} {verdict(row)}")


HEADER = (f"{'row':36} {'ours':>9} {'anchor':>9} {'unit':10} {'ratio':>7} {'spread':>7}  "
          f"{'goal':22}")


def save(results):
    """Rows that were not measured now stay as they are; each says when it was measured."""
    old = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    rows = {row["name"]: row for row in old} | {row["name"]: row for row in results}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(list(rows.values()), indent=1, ensure_ascii=False) + "\n")


def keep(results):
    """Copies what was measured now."""
    stem = KEPT / f"{datetime.date.today()}-cpu"
    stem.with_suffix(".json").write_text(
        json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    provisional = any(row["neighbours"] > QUIET for row in results)
    text = [f"# {stem.name}", ""]
    text += [f"{what}: {which}  " for what, which in machine.description()]
    text += ["", "Medians; the ratio is the anchor's cost over ours. "
             + ("**Provisional**: others used the cores (last column)." if provisional else
                "Nobody else used the cores."), "",
             "| row | mode | ours | anchor | unit | ratio | spread | samples | goal | | anchor is "
             "| neighbours, cores |", "|---" * 12 + "|"]
    for row in results:
        cells = [row["name"], row["mode"], number(row["ours"]), number(row["anchor"]), row["unit"],
                 number(row["ratio"]), number(row["spread"]), str(row["samples"]), row["goal"],
                 verdict(row), row["anchor_is"], number(row["neighbours"])]
        text.append(f"| {' | '.join(cells)} |")
    stem.with_suffix(".md").write_text("\n".join(text) + "\n")
    print(f"kept in {stem.relative_to(ROOT)}.json and .md")
