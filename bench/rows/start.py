"""From nothing to the first reply."""

from harness.bench import ANCHORS, torch_python
from harness.row import Row, at_least


def open_row(bench):
    def start(command, **flags):
        return bench.measurer("start.cold", command=" ".join(command), **flags)

    def torch():
        return start([torch_python(), str(ANCHORS / "import_torch.py")], until="imported")

    return start(bench.gradd_command(), until="listening on ", rpc=1), torch


ROWS = [
    Row("start.cold", "ms", "exec to first reply", "exec to the end of `import torch`",
        at_least(10), open_row),
]
