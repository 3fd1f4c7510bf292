#!/usr/bin/env python3
"""Usage: tests/conformance/generate_reference.py [--check]

Computes what every op should give, with NumPy in float64 and none of our code, and writes it to
reference_values/<family>.txt, which the conformance tests read. The cases are in cases/<family>.py.
--check writes nothing and exits 1 where a file would change. The last digits, in which versions of
NumPy differ, are no change.
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # the cases import table.py

HEADER = "# Written by tests/conformance/generate_reference.py from cases/{}.py. Not to be edited.\n"


def cases_of(path):
    spec = importlib.util.spec_from_file_location(f"cases_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CASES


def text_of(path):
    cases = list(cases_of(path))
    titles = [case.title for case in cases]
    twice = {title for title in titles if titles.count(title) > 1}
    if twice:
        sys.exit(f"{path.name}: two cases are called {', '.join(sorted(twice))}")
    return HEADER.format(path.stem) + "".join("\n" + case.text() for case in cases)


def same_token(a, b):
    if a == b:
        return True
    try:
        return abs(float(a) - float(b)) <= 1e-14 * max(abs(float(a)), 1.0)
    except ValueError:
        return False


def same(old, new):
    old, new = old.split(), new.split()
    return len(old) == len(new) and all(map(same_token, old, new))


def main():
    np.seterr(all="ignore")  # 1 / 0 is as good a case as any
    check = sys.argv[1:] == ["--check"]
    stale = []
    for path in sorted(HERE.glob("cases/*.py")):
        target = HERE / "reference_values" / f"{path.stem}.txt"
        text = text_of(path)
        if target.is_file() and same(target.read_text(), text):
            continue
        stale.append(target.name)
        if not check:
            target.parent.mkdir(exist_ok=True)
            target.write_text(text)
    print(f"{'stale' if check else 'written'}: {', '.join(stale) or 'nothing'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
